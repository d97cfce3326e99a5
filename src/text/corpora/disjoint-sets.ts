/** Numbers from 0 in sets that can be joined (union–find). */
export class DisjointSets {
  private readonly parents: number[];

  constructor(size: number) {
    this.parents = Array.from({ length: size }, (_, i) => i);
  }

  /** The smallest member of the set. */
  find(member: number): number {
    let root = member;
    while (this.parents[root] !== root) root = this.parents[root];
    while (this.parents[member] !== root) [member, this.parents[member]] = [this.parents[member], root];
    return root;
  }

  join(a: number, b: number): void {
    const [smaller, larger] = [this.find(a), this.find(b)].sort((x, y) => x - y);
    this.parents[larger] = smaller;
  }
}
