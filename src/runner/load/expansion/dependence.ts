import type { PipelineDraft, StageDraft } from '../grammar/draft.ts';
import { overlaps } from '../grammar/axes.ts';
import type { Axis } from '../grammar/axes.ts';
import type { Node } from '../text/node.ts';
import { hasTemplate, readTemplate } from '../grammar/template.ts';
import type { Expression } from '../grammar/template.ts';

const LONGEST_PATH = 100;

/**
 * Which matrix axes a text depends on, found from the text alone: every parameter that it names, and those that they
 * name. A circle of parameters adds nothing here; it is reported when the values are worked out.
 */
export class Dependence {
  readonly #draft: PipelineDraft;
  readonly #axes: readonly Axis[];
  readonly #memo = new Map<string, ReadonlySet<number>>();

  constructor(draft: PipelineDraft, axes: readonly Axis[]) {
    this.#draft = draft;
    this.#axes = axes;
  }

  /** Axes of what a stage says itself, without those of its inputs. */
  ofStage(stage: StageDraft, seeded: boolean): Set<number> {
    const found = new Set<number>();
    if (this.#axes.length === 0) return found;
    this.#axes.forEach(({ target, values }, i) => {
      if (target.kind !== 'stage' || target.stage !== stage.name) return;
      found.add(i);
      for (const value of values) this.#addNode(value, found);
    });
    if (stage.with) this.#addNode(stage.with.value, found);
    for (const member of [stage.resources, stage.timeout, stage.retries])
      if (member) this.#addNode(member.value, found);
    if (seeded) this.#add(this.#ofSeed(), found);
    return found;
  }

  ofNode(node: Node): Set<number> {
    const found = new Set<number>();
    if (this.#axes.length > 0) this.#addNode(node, found);
    return found;
  }

  #addNode(node: Node, found: Set<number>): void {
    if (node.kind === 'array') for (const item of node.items) this.#addNode(item, found);
    else if (node.kind === 'object') for (const { value } of node.members.values()) this.#addNode(value, found);
    else if (hasTemplate(node)) {
      for (const part of readTemplate(node))
        if (typeof part !== 'string') this.#add(this.#ofExpression(part, []), found);
    }
  }

  #ofExpression(expression: Expression, rest: readonly string[]): ReadonlySet<number> {
    if (expression.kind === 'params') return this.#ofParam([...expression.path, ...rest]);
    return expression.kind === 'seed' ? this.#ofSeed() : new Set();
  }

  #ofSeed(): ReadonlySet<number> {
    return this.#once('seed', (found) => {
      const axis = this.#axes.findIndex(({ target }) => target.kind === 'seed');
      if (axis !== -1) this.#addAxis(axis, found);
      else if (this.#draft.seed) this.#addNode(this.#draft.seed, found);
    });
  }

  #ofParam(path: readonly string[]): ReadonlySet<number> {
    return this.#once(`params.${path.join('.')}`, (found) => {
      let replaced = false;
      this.#axes.forEach(({ target }, i) => {
        if (target.kind !== 'param' || !overlaps(target.path, path)) return;
        this.#addAxis(i, found);
        replaced ||= target.path.length <= path.length;
      });
      if (!replaced) this.#addParamText(path, found);
    });
  }

  #addParamText(path: readonly string[], found: Set<number>): void {
    // `a: "${params.a.x}"` asks for a.x, a.x.x, …: the circle is reported later, here it must only end.
    if (path.length > LONGEST_PATH) return;
    let node = this.#draft.params.get(path[0])?.value;
    for (let i = 1; i < path.length && node; i += 1) {
      if (hasTemplate(node)) {
        for (const part of readTemplate(node))
          if (typeof part !== 'string') this.#add(this.#ofExpression(part, path.slice(i)), found);
        return;
      }
      node =
        node.kind === 'object'
          ? node.members.get(path[i])?.value
          : node.kind === 'array'
            ? node.items[Number(path[i])]
            : undefined;
    }
    if (node) this.#addNode(node, found);
  }

  #addAxis(axis: number, found: Set<number>): void {
    found.add(axis);
    for (const value of this.#axes[axis].values) this.#addNode(value, found);
  }

  #add(axes: ReadonlySet<number>, found: Set<number>): void {
    for (const axis of axes) found.add(axis);
  }

  #once(name: string, collect: (found: Set<number>) => void): ReadonlySet<number> {
    const known = this.#memo.get(name);
    if (known) return known;
    const found = new Set<number>();
    this.#memo.set(name, found); // before collecting, so that a circle ends
    collect(found);
    return found;
  }
}
