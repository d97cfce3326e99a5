import type { JsonObject } from '../../stage.ts';
import type { Pipeline, Resources, StageInstance, StageType } from '../../types.ts';
import { complain } from '../../catalogue/complaint.ts';
import { connect, typeOf } from './connect.ts';
import type { Connection } from './connect.ts';
import { Dependence } from './dependence.ts';
import type { Draft, GroupDraft, StageDraft } from '../grammar/draft.ts';
import { placeOf } from '../../catalogue/schema-file.ts';
import { project, suffix, variants } from './matrix.ts';
import type { Axis, Variant } from './matrix.ts';
import { describe, toObject, toValue } from '../text/node.ts';
import type { ObjectNode } from '../text/node.ts';
import { dependencyOrder } from './order.ts';
import { problem } from '../text/problem.ts';
import type { Reference } from '../grammar/reference.ts';
import { DEFAULT_RESOURCES, parseMemory } from './resources.ts';
import { Scope } from './scope.ts';
import { expectInteger } from '../grammar/shape.ts';
import { locationOf } from '../text/source.ts';
import { spread } from './spread.ts';
import type { StageTypes } from '../../catalogue/stage-types.ts';

/** More instances than any machine runs: a slip in a matrix or in `repeat`. */
const MOST_INSTANCES = 100_000;

/** A stage of the file with what all of its instances share. */
interface StagePlan {
  stage: StageDraft;
  type: StageType;
  connections: Connection[];
  /** Axes that an instance depends on, its inputs' included. */
  axes: Set<number>;
}

/** Turns a draft into plain instances in dependency order, working out rounds, matrix, substitutions and defaults. */
export class Expansion {
  readonly #draft: Draft;
  readonly #axes: readonly Axis[];
  readonly #types: StageTypes;
  readonly #plans: Map<string, StagePlan>;
  readonly #repeatAxes = new Map<GroupDraft, Set<number>>();
  readonly #scopes = new Map<string, Scope>();

  constructor(draft: Draft, axes: readonly Axis[], types: StageTypes) {
    this.#draft = draft;
    this.#axes = axes;
    this.#types = types;
    const dependence = new Dependence(draft, axes);
    for (const group of draft.groups.values()) this.#repeatAxes.set(group, dependence.ofNode(group.repeat));
    this.#plans = new Map();
    for (const stage of draft.stages.values()) {
      const type = typeOf(stage, types);
      this.#plans.set(stage.name, { stage, type, connections: connect(stage, draft, types), axes: dependence.ofStage(stage, type.seeded ?? false) });
    }
    if (axes.length > 0) this.#spreadAxes();
  }

  /** Parameters of the pipeline where no axis of the matrix is chosen. */
  get params(): JsonObject {
    const scope = this.#scope(this.#nothingChosen());
    const entries = [...this.#draft.params].map(([name, { key }]) => [name, toValue(scope.param([name], key))] as const);
    return Object.fromEntries(entries);
  }

  get seed(): number {
    return this.#scope(this.#nothingChosen()).seed().value;
  }

  /** Stage types in use by name. */
  get types(): Pipeline['types'] {
    return Object.fromEntries([...this.#plans.values()].map(({ type }) => [type.name, type]));
  }

  /** All instances in dependency order. */
  get instances(): StageInstance[] {
    const instances: StageInstance[] = [];
    const grouped = new Set<GroupDraft>();
    for (const plan of this.#plans.values()) {
      const { group } = plan.stage;
      if (!group) for (const variant of this.#variantsOf(plan)) instances.push(this.#instantiate(plan, variant, undefined));
      else if (!grouped.has(group)) {
        grouped.add(group);
        instances.push(...this.#rounds(group));
      }
    }
    return this.#sort(instances);
  }

  /** Round by round, in each the stages in file order. */
  #rounds(group: GroupDraft): StageInstance[] {
    const members = group.stages.flatMap(({ name }) => {
      const plan = this.#plans.get(name)!;
      return this.#variantsOf(plan).map((variant) => ({ plan, variant, rounds: this.#roundsOf(group, variant) }));
    });
    const total = members.reduce((sum, { rounds }) => sum + rounds, 0);
    if (total > MOST_INSTANCES) {
      throw problem(group.repeat.span, `this group makes ${total} stages`,
        `at most ${MOST_INSTANCES} are sensible`);
    }
    const last = members.reduce((most, { rounds }) => Math.max(most, rounds), 0);
    const instances: StageInstance[] = [];
    for (let round = 1; round <= last; round += 1) {
      for (const { plan, variant, rounds } of members) if (round <= rounds) instances.push(this.#instantiate(plan, variant, round));
    }
    return instances;
  }

  /** The axes of a stage become those of the stages that use it, around circles as well. */
  #spreadAxes(): void {
    const users = new Map<StagePlan, StagePlan[]>();
    for (const plan of this.#plans.values()) {
      for (const { sources } of plan.connections) {
        for (const { stage } of sources) {
          const source = this.#plans.get(stage.name)!;
          users.set(source, [...users.get(source) ?? [], plan]);
          // From outside, which round is the last depends on what `repeat` depends on.
          if (stage.group && stage.group !== plan.stage.group) addAll(this.#repeatAxes.get(stage.group)!, plan.axes);
        }
      }
    }
    const changed = new Set(this.#plans.values());
    for (const plan of changed) { // a set may grow while it is walked through; what is deleted and added again comes once more
      changed.delete(plan);
      for (const user of users.get(plan) ?? []) if (addAll(plan.axes, user.axes)) changed.add(user);
    }
  }

  #variantsOf(plan: StagePlan): Variant[] {
    const chosen = [...plan.axes].sort((a, b) => a - b);
    const count = chosen.reduce((product, axis) => product * this.#axes[axis].values.length, 1);
    if (count > MOST_INSTANCES) {
      throw problem(plan.stage.key, `the matrix makes ${count} instances of this stage`,
        `at most ${MOST_INSTANCES} are sensible`);
    }
    return variants(this.#axes, chosen);
  }

  /** Rounds that any choice on the other axes asks for: a stage that does not depend on the number of rounds is shared by all choices. */
  #roundsOf(group: GroupDraft, variant: Variant): number {
    const open = [...this.#repeatAxes.get(group)!].filter((axis) => variant[axis] === -1);
    const counts = variants(this.#axes, open).map((choice) => {
      const scope = this.#scope(choice.map((value, axis) => (value === -1 ? variant[axis] : value)));
      return expectInteger(scope.resolve(group.repeat), `"repeat" of the group "${group.name}"`, 1);
    });
    return Math.max(...counts);
  }

  #instantiate(plan: StagePlan, variant: Variant, round: number | undefined): StageInstance {
    const { stage, type } = plan;
    const scope = this.#scope(variant);
    const chosen = this.#axes.flatMap(({ name, values }, i) => (
      variant[i] === -1 ? [] : [[name, toValue(scope.resolve(values[variant[i]], round))] as const]));
    return {
      id: idOf(stage, round, suffix(this.#axes, variant)),
      stage: stage.name,
      ...(stage.group ? { group: stage.group.name, round } : {}),
      variant: Object.fromEntries(chosen),
      type: type.name,
      params: this.#params(plan, scope, round),
      inputs: this.#inputs(plan, variant, round),
      ...(type.seeded ? { seed: { value: scope.seed().value, stream: idOf(stage, round, '') } } : {}),
      resources: this.#resources(plan, scope, round),
      location: locationOf(stage.key),
    };
  }

  #params({ stage, type }: StagePlan, scope: Scope, round: number | undefined): JsonObject {
    const written = scope.stageParams(stage.name, stage.with?.value as ObjectNode | undefined);
    const resolved = written && spread(scope.resolve(written, round) as ObjectNode);
    const params = resolved ? toObject(resolved) : {};
    const validate = this.#types.validator(type);
    if (validate(params)) return params;
    const complaint = complain(validate.errors!);
    const key = stage.with?.key ?? stage.key;
    const span = resolved ? placeOf(complaint, resolved, key) : key;
    const subject = `"${complaint.path.length === 0 ? 'with' : complaint.path.join('.')}" of the stage "${stage.name}"`;
    const [param] = complaint.path;
    const description = (type.params.properties as Record<string, { description?: string }> | undefined)?.[param]?.description;
    throw problem(span, `${subject} (${type.name}) ${complaint.says}`, complaint.hint ?? (description && `${param}: ${description}`));
  }

  #inputs({ connections, stage }: StagePlan, variant: Variant, round: number | undefined): StageInstance['inputs'] {
    const inputs: StageInstance['inputs'] = {};
    for (const { slot, optional, sources } of connections) {
      const misses: Miss[] = [];
      for (const { stage: source, output, reference } of sources) {
        const found = this.#roundMeant(reference, source, stage, variant, round);
        if (typeof found === 'object') {
          misses.push(found);
          continue;
        }
        const sourcePlan = this.#plans.get(source.name)!;
        inputs[slot] = { stage: idOf(source, found, suffix(this.#axes, project(variant, sourcePlan.axes))), output };
        break;
      }
      if (slot in inputs) continue;
      if (optional && misses.every(({ reference }) => reference.round! < 0)) continue;
      const { reference, says } = misses[0];
      throw problem(reference.span, `"${slot}" of the stage "${stage.name}" has no source${round === undefined ? '' : ` in round ${round}`}: ${says}`,
        `give a list that ends in a stage that always exists: ["${reference.text}", "<stage>"]`);
    }
    return inputs;
  }

  /** Round of the source that a reference means, `undefined` for a stage that is not repeated, or why there is none. */
  #roundMeant(reference: Reference, source: StageDraft, user: StageDraft, variant: Variant, round: number | undefined): number | undefined | Miss {
    if (!source.group) return undefined;
    const inside = source.group === user.group;
    if (reference.round === undefined) return inside ? round : this.#roundsOf(source.group, variant);
    const meant = reference.round < 0 ? round! + reference.round : reference.round;
    if (meant < 1) return { reference, says: `"${reference.text}" would be before the first round` };
    const rounds = this.#roundsOf(source.group, variant);
    return meant <= rounds ? meant : { reference, says: `"${reference.text}" is after the last round, ${rounds}` };
  }

  #resources({ stage, type }: StagePlan, scope: Scope, round: number | undefined): Resources {
    const resources: Resources = { ...DEFAULT_RESOURCES, ...type.resources };
    if (!stage.resources) return resources;
    for (const [name, { value }] of (scope.resolve(stage.resources.value, round) as ObjectNode).members) {
      if (name === 'memory') {
        const bytes = value.kind === 'scalar' ? parseMemory(value.value) : undefined;
        if (bytes === undefined) {
          throw problem(value.span, `"memory" must be a size, found ${describe(value)}`,
            'write bytes, or a text such as "4GB" or "512MiB"');
        }
        resources.memory = bytes;
      } else if (name === 'cores') resources.cores = expectInteger(value, '"cores"', 1);
      else resources.gpu = expectInteger(value, '"gpu"', 0);
    }
    return resources;
  }

  #sort(instances: StageInstance[]): StageInstance[] {
    if (instances.length > MOST_INSTANCES) {
      throw problem(this.#draft.root.members.get('stages')!.key, `the pipeline makes ${instances.length} stages`,
        `at most ${MOST_INSTANCES} are sensible`);
    }
    const position = new Map(instances.map(({ id }, i) => [id, i]));
    const nodes = instances.map(({ inputs }) => ({ inputs: Object.values(inputs).map(({ stage }) => position.get(stage)!) }));
    const result = dependencyOrder(nodes);
    if ('order' in result) return result.order.map((i) => instances[i]);
    const circle = result.circle.map((i) => instances[i]);
    const [first] = circle;
    const next = circle[1] ?? first;
    const sources = this.#plans.get(first.stage)!.connections.flatMap((connection) => connection.sources);
    throw problem(sources.find(({ stage }) => stage.name === next.stage)!.reference.span,
      `stages need each other in a circle: ${[...circle, first].map(({ id }) => id).join(' → ')}`,
      'remove one of these inputs, or refer to the round before with [-1]');
  }

  #scope(variant: Variant): Scope {
    const key = variant.join();
    let scope = this.#scopes.get(key);
    if (!scope) this.#scopes.set(key, scope = new Scope(this.#draft, this.#axes, variant));
    return scope;
  }

  #nothingChosen(): Variant {
    return this.#axes.map(() => -1);
  }
}

interface Miss {
  reference: Reference;
  says: string;
}

function idOf({ name }: StageDraft, round: number | undefined, variant: string): string {
  return round === undefined ? name + variant : `${name}.${round}${variant}`;
}

/** Whether the target grew. */
function addAll(axes: ReadonlySet<number>, target: Set<number>): boolean {
  const before = target.size;
  for (const axis of axes) target.add(axis);
  return target.size > before;
}
