import type { PipelineDraft } from '../grammar/draft.ts';
import type { Axis } from '../grammar/axes.ts';
import type { Choice } from './choice.ts';
import { child, describe, withNodeAt } from '../text/node.ts';
import type { Member, Node, ObjectNode } from '../text/node.ts';
import { parseLoose } from '../text/parse.ts';
import { problem } from '../text/problem.ts';
import { suggest } from '../../suggestion.ts';
import type { Span } from '../text/source.ts';
import { hasTemplate, readTemplate } from '../grammar/template.ts';
import type { Expression } from '../grammar/template.ts';
import { fromValue } from '../text/from-value.ts';

const DEFAULT_SEED = 1;

/** Characters of a text, or values of a parameter, that are no accident: each may repeat others tenfold, level by level. */
const mostValues = 1_000_000;

/**
 * The values that texts of a pipeline can refer to, for one choice on the matrix. A part that is wholly
 * one `${params.…}` becomes the very tree of the parameter, so that a later complaint about it points
 * to where the value was written.
 */
export class Scope {
  readonly #draft: PipelineDraft;
  readonly #axes: readonly Axis[];
  readonly #choice: Choice;
  readonly #resolved = new Map<string, Node>();
  readonly #sizes = new WeakMap<Node, number>();
  /** Expressions on the way to being resolved, outermost first. */
  readonly #pending: string[] = [];

  constructor(draft: PipelineDraft, axes: readonly Axis[], choice: Choice) {
    this.#draft = draft;
    this.#axes = axes;
    this.#choice = choice;
  }

  /**
   * The tree with every substitution done.
   * @param round Round within `repeat`; absent outside a group.
   * @throws Diagnostic on an unknown name, a circle of parameters, or a list or object inside a longer text.
   */
  resolve(node: Node, round?: number): Node {
    if (node.kind === 'scalar') return hasTemplate(node) ? this.#substitute(node, round) : node;
    if (node.kind === 'array') {
      const items = node.items.map((item) => this.resolve(item, round));
      return items.every((item, i) => item === node.items[i]) ? node : { ...node, items };
    }
    let changed = false;
    const members = new Map<string, Member>();
    for (const [key, member] of node.members) {
      const value = this.resolve(member.value, round);
      changed ||= value !== member.value;
      members.set(key, value === member.value ? member : { ...member, value });
    }
    return changed ? { ...node, members } : node;
  }

  /** Parameters of a stage as written, with the values of the matrix axes that set them directly. */
  stageParams(stage: string, written: ObjectNode | undefined): ObjectNode | undefined {
    let params: Node | undefined = written;
    this.#axes.forEach(({ target, values }, i) => {
      if (target.kind !== 'stage' || target.stage !== stage || this.#choice[i] === -1) return;
      const value = values[this.#choice[i]];
      params = withNodeAt(params, target.path, value, value.span);
    });
    return params as ObjectNode | undefined;
  }

  /** The run's seed. `undefined` stands for the default, which no text says. */
  seed(): { value: number; node?: Node } {
    const axis = this.#axes.findIndex(({ target }) => target.kind === 'seed');
    const written =
      axis !== -1 && this.#choice[axis] !== -1 ? this.#axes[axis].values[this.#choice[axis]] : this.#draft.seed;
    if (!written) return { value: DEFAULT_SEED };
    const node = this.#once('seed', written.span, () => this.resolve(written));
    if (
      node.kind !== 'scalar'
      || typeof node.value !== 'number'
      || !Number.isSafeInteger(node.value)
      || node.value < 0
    ) {
      throw problem(node.span, `the seed must be a whole number of at least 0, found ${describe(node)}`);
    }
    return { value: node.value, node };
  }

  /** A parameter of the pipeline, or a part of one. @param span Who asks, to blame for an unknown name. */
  param(path: readonly string[], span: Span): Node {
    return this.#once(`params.${path.join('.')}`, span, () => {
      let node = this.#pinnedParam(path[0]);
      if (!node) throw unknownParam(path, 0, this.#draft.params.keys(), span);
      path.slice(1).forEach((segment, i) => {
        const whole: Node = hasTemplate(node!) ? this.resolve(node!) : node!;
        node = child(whole, segment);
        if (!node) throw unknownParam(path, i + 1, whole.kind === 'object' ? whole.members.keys() : [], span);
      });
      return this.resolve(node);
    });
  }

  #substitute(node: Node & { kind: 'scalar'; value: string }, round: number | undefined): Node {
    const template = readTemplate(node);
    if (template.length === 1 && typeof template[0] !== 'string') return this.#evaluate(template[0], round);
    const texts = template.map((part) => {
      if (typeof part === 'string') return part;
      if (part.kind === 'env') return this.#environment(part);
      const value = this.#evaluate(part, round);
      if (value.kind !== 'scalar' || value.value === null) {
        throw problem(
          part.span,
          `${describe(value)} cannot be part of a text`,
          'let the substitution be the whole string, or refer to a single value',
        );
      }
      return String(value.value);
    });
    if (texts.reduce((sum, { length }) => sum + length, 0) > mostValues) throw tooMuch(node.span);
    return { kind: 'scalar', value: texts.join(''), span: node.span };
  }

  #evaluate(expression: Expression, round: number | undefined): Node {
    switch (expression.kind) {
      case 'params':
        return this.param(expression.path, expression.span);
      case 'env':
        return fromValue(parseLoose(this.#environment(expression)), expression.span);
      case 'seed': {
        const { value, node } = this.seed();
        return node ?? { kind: 'scalar', value, span: expression.span };
      }
      case 'round':
        if (round === undefined) {
          throw problem(
            expression.span,
            '${round} only has a value in the stages of a group',
            'remove it, or move the stage into a group with "repeat"',
          );
        }
        return { kind: 'scalar', value: round, span: expression.span };
    }
  }

  #environment({ name, fallback, span }: Extract<Expression, { kind: 'env' }>): string {
    const value = process.env[name] ?? fallback;
    if (value === undefined) {
      throw problem(
        span,
        `the environment variable ${name} is not set`,
        `set it, or give a default: \${env.${name}:default}`,
      );
    }
    return value;
  }

  /** A parameter with the values of the matrix in place. */
  #pinnedParam(name: string): Node | undefined {
    let node = this.#draft.params.get(name)?.value;
    this.#axes.forEach(({ target, values }, i) => {
      if (target.kind !== 'param' || target.path[0] !== name || this.#choice[i] === -1) return;
      const value = values[this.#choice[i]];
      node = withNodeAt(node, target.path.slice(1), value, value.span);
    });
    return node;
  }

  /** @throws Diagnostic for a tree that would fill memory once it is written out */
  refuseTooMuch(node: Node, span: Span): void {
    if (this.#valuesIn(node) > mostValues) throw tooMuch(span);
  }

  /**
   * Scalars, their characters, lists and objects in a tree; what stands in it several times counts each time, and is
   * counted once.
   */
  #valuesIn(node: Node): number {
    if (node.kind === 'scalar') return 1 + (typeof node.value === 'string' ? node.value.length : 0);
    const known = this.#sizes.get(node);
    if (known !== undefined) return known;
    const parts = node.kind === 'array' ? node.items : [...node.members.values()].map(({ value }) => value);
    const size = parts.reduce((sum, part) => sum + this.#valuesIn(part), 1);
    this.#sizes.set(node, size);
    return size;
  }

  #once(name: string, span: Span, resolve: () => Node): Node {
    const known = this.#resolved.get(name);
    if (known) return known;
    if (this.#pending.includes(name)) {
      const circle = [...this.#pending.slice(this.#pending.indexOf(name)), name].join(' → ');
      throw problem(span, `parameters refer to each other in a circle: ${circle}`, 'give one of them a plain value');
    }
    this.#pending.push(name);
    const node = resolve();
    this.#pending.pop();
    this.refuseTooMuch(node, span);
    this.#resolved.set(name, node);
    return node;
  }
}

function tooMuch(span: Span): Error {
  return problem(
    span,
    `with its substitutions done this has more than ${mostValues.toLocaleString('en')} characters or values`,
    'let parameters repeat each other less',
  );
}

function unknownParam(path: readonly string[], bad: number, siblings: Iterable<string>, span: Span): Error {
  const prefix = ['params', ...path.slice(0, bad)].join('.');
  const candidates = [...siblings].map((name) => `${prefix}.${name}`);
  const name = `${prefix}.${path[bad]}`;
  return problem(span, `unknown parameter ${name}`, suggest(name, candidates, `parameters under "${prefix}"`));
}
