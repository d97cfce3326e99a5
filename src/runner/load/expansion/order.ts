/** A node of a graph by the position of its inputs. */
export interface Ordered {
  inputs: readonly number[];
}

/**
 * A dependency order of `0 … n-1` that is the given order wherever that already is one: each node comes in
 * its turn, after those of its inputs that have not come yet. Linear in nodes and edges, and without
 * recursion: chains may be long.
 * @returns The order, or a circle as the list of its nodes, each an input of the one before it.
 */
export function dependencyOrder(nodes: readonly Ordered[]): { order: number[] } | { circle: number[] } {
  const order: number[] = [];
  const state = new Uint8Array(nodes.length); // 0 not seen, 1 on the path, 2 done
  for (let root = 0; root < nodes.length; root += 1) {
    if (state[root] === 2) continue;
    const path: { node: number; next: number }[] = [{ node: root, next: 0 }];
    state[root] = 1;
    while (path.length > 0) {
      const top = path[path.length - 1];
      const { inputs } = nodes[top.node];
      if (top.next === inputs.length) {
        state[top.node] = 2;
        order.push(top.node);
        path.pop();
        continue;
      }
      const input = inputs[top.next];
      top.next += 1;
      if (state[input] === 1)
        return { circle: path.slice(path.findIndex(({ node }) => node === input)).map(({ node }) => node) };
      if (state[input] === 0) {
        state[input] = 1;
        path.push({ node: input, next: 0 });
      }
    }
  }
  return { order };
}
