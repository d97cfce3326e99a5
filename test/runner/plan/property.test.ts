import { expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { JobExecutor } from '../../../src/runner/execute/job.ts';
import type { ToyStage } from '../support/toy-project.ts';
import { ToyProject } from '../support/toy-project.ts';

/*
 * Random graphs and edits, planned and run by the real planner, store and scheduler, and predicted by a model that
 * knows neither digests nor files. Only the stages' processes are replaced: what a stage computes is done in this one.
 */

interface Node {
  type: number;
  value: number;
  /** Which input file it names, if any. */
  file: number | undefined;
  /** Earlier stages. */
  inputs: number[];
}

/** All that an edit can change. */
interface State {
  constants: number[];
  files: number[];
  values: number[];
}

type Edit =
  | { kind: 'param'; stage: number; value: number }
  | { kind: 'code'; type: number; value: number }
  | { kind: 'input'; file: number; value: number }
  | { kind: 'back'; steps: number }
  | { kind: 'nothing' };

interface Step {
  edit: Edit;
  force: number | undefined;
  only: number | undefined;
  jobs: number;
}

type Kind = 'fresh' | 'restore' | 'run' | 'pending';
type Outcome = 'fresh' | 'restored' | 'ran';

interface Prediction {
  kinds: Map<number, Kind>;
  outcomes: Map<number, Outcome>;
  keys: Map<number, string>;
}

/** Small, so that different inputs often have the same output and stages come out as they were. */
const modulus = 3;

const digit = fc.nat({ max: 3 });
const node = fc.record({
  type: fc.nat({ max: 1 }),
  value: digit,
  file: fc.option(fc.nat({ max: 1 }), { nil: undefined, freq: 1 }),
  inputs: fc.array(fc.nat(), { maxLength: 2 }),
});
const graph = fc.array(node, { minLength: 2, maxLength: 6 }).map((nodes) =>
  nodes.map((each, index): Node => ({
    ...each,
    inputs: index === 0 ? [] : [...new Set(each.inputs.map((input) => input % index))],
  })),
);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant('param' as const), stage: fc.nat(), value: digit }),
  fc.record({ kind: fc.constant('code' as const), type: fc.nat({ max: 1 }), value: digit }),
  fc.record({ kind: fc.constant('input' as const), file: fc.nat({ max: 1 }), value: digit }),
  fc.record({ kind: fc.constant('back' as const), steps: fc.nat({ max: 3 }) }),
  fc.constant({ kind: 'nothing' as const }),
);
const step: fc.Arbitrary<Step> = fc.record({
  edit,
  force: fc.option(fc.nat(), { nil: undefined, freq: 2 }),
  only: fc.option(fc.nat(), { nil: undefined, freq: 2 }),
  jobs: fc.integer({ min: 1, max: 3 }),
});

/**
 * Predicts from first principles: a stage is a function of its code, parameter, file and inputs' values,
 * and nothing is computed twice.
 */
class Model {
  readonly #nodes: Node[];
  readonly #results = new Map<string, number>();
  readonly #last = new Map<number, string>();

  constructor(nodes: Node[]) {
    this.#nodes = nodes;
  }

  run(state: State, selected: Set<number>, forced: number | undefined): Prediction {
    const order = [...selected].sort((a, b) => a - b);
    const kinds = new Map<number, Kind>();
    const planned = new Map<number, number>();
    const claimed = new Set<string>();
    for (const index of order) {
      if (this.#nodes[index].inputs.some((input) => !planned.has(input))) {
        kinds.set(index, 'pending');
        continue;
      }
      const key = this.#key(index, state, planned);
      if (index === forced) kinds.set(index, 'run');
      else if (this.#results.has(key)) {
        kinds.set(index, this.#last.get(index) === key ? 'fresh' : 'restore');
        planned.set(index, this.#results.get(key)!);
      } else kinds.set(index, claimed.has(key) ? 'pending' : 'run');
      if (kinds.get(index) === 'run') claimed.add(key);
    }

    const values = new Map<number, number>();
    const outcomes = new Map<number, Outcome>();
    const keys = new Map<number, string>();
    for (const index of order) {
      const key = this.#key(index, state, values);
      keys.set(index, key);
      const isKnown = this.#results.has(key);
      if (kinds.get(index) === 'run' || index === forced) outcomes.set(index, 'ran');
      else if (isKnown && this.#last.get(index) === key) outcomes.set(index, 'fresh');
      else outcomes.set(index, isKnown || claimed.has(key) ? 'restored' : 'ran');
      values.set(
        index,
        compute(state, this.#nodes[index], index, (input) => values.get(input)!),
      );
      // What an earlier stage of this very run computed is known to the later ones.
      this.#results.set(key, values.get(index)!);
    }
    for (const [index, key] of keys) this.#last.set(index, key);
    return { kinds, outcomes, keys };
  }

  #key(index: number, state: State, values: ReadonlyMap<number, number>): string {
    const { type, file, inputs } = this.#nodes[index];
    const content = file === undefined ? null : state.files[file];
    return JSON.stringify([
      type,
      state.constants[type],
      state.values[index],
      content,
      inputs.map((input) => values.get(input)),
    ]);
  }
}

function compute(
  state: State,
  { type, file, inputs }: Node,
  index: number,
  valueOf: (input: number) => number,
): number {
  const own = state.constants[type] + state.values[index] + (file === undefined ? 0 : state.files[file]);
  return inputs.reduce((sum, input) => sum + valueOf(input), own) % modulus;
}

/** The same function of what the runner hands over: the bundle, the parameters, the input folders. */
const inProcess: JobExecutor = async ({ bundle, params, inputs, outputs }) => {
  let sum = Number(/constant=(\d+)/.exec(readFileSync(bundle, 'utf8'))![1]) + (params.value as number);
  if (params.path !== '') sum += Number(readFileSync(params.path as string, 'utf8'));
  for (const { folder } of Object.values(inputs)) {
    sum += (JSON.parse(readFileSync(path.join(folder, 'number.json'), 'utf8')) as { value: number }).value;
  }
  writeFileSync(path.join(outputs.number.folder, 'number.json'), JSON.stringify({ value: sum % modulus }));
  return { status: 'succeeded', peakMemoryBytes: 1 };
};

function applyEdit(change: Edit, past: State[], stages: number): State {
  const state = structuredClone(past.at(-1)!);
  switch (change.kind) {
    case 'param':
      state.values[change.stage % stages] = change.value;
      return state;
    case 'code':
      state.constants[change.type] = change.value;
      return state;
    case 'input':
      state.files[change.file] = change.value;
      return state;
    case 'back':
      return structuredClone(past.at(-1 - (change.steps % past.length))!);
    case 'nothing':
      return state;
  }
}

class Subject {
  readonly project = new ToyProject();
  readonly #nodes: Node[];
  #written: State | undefined;

  constructor(nodes: Node[]) {
    this.#nodes = nodes;
  }

  write(state: State): void {
    state.constants.forEach((constant, type) => {
      if (this.#written?.constants[type] === constant) return;
      this.project.addType(`t${type}`, `export const constant = ${constant};\nexport default () => constant;\n`);
    });
    state.files.forEach((content, file) => {
      if (this.#written?.files[file] !== content) this.project.write(`input${file}`, `${content}`);
    });
    this.#written = structuredClone(state);
  }

  pipeline(state: State) {
    const stages: Record<string, ToyStage> = {};
    this.#nodes.forEach(({ type, file, inputs }, index) => {
      stages[`s${index}`] = {
        type: `t${type}`,
        params: {
          value: state.values[index],
          path: file === undefined ? '' : path.join(this.project.folder, `input${file}`),
        },
        inputs: Object.fromEntries(inputs.map((input, slot) => ['abc'[slot], `s${input}`])),
      };
    });
    return this.project.pipeline(stages);
  }
}

function upstream(nodes: Node[], index: number): Set<number> {
  return new Set([index, ...nodes[index].inputs.flatMap((input) => [...upstream(nodes, input)])]);
}

/** Outcomes by key: of stages with the same key, whichever is ready first executes, and the others are restored. */
function byKey(outcomes: Map<number, string>, keys: Map<number, string>): Record<string, string[]> {
  const groups: Record<string, string[]> = {};
  for (const [index, outcome] of outcomes) (groups[keys.get(index)!] ??= []).push(outcome);
  for (const group of Object.values(groups)) group.sort();
  return groups;
}

test('for random graphs and edits, what is planned is what is executed, and both are what a model predicts', async () => {
  const counts: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(graph, fc.array(step, { minLength: 2, maxLength: 4 }), async (nodes, steps) => {
      const subject = new Subject(nodes);
      const model = new Model(nodes);
      const past: State[] = [{ constants: [1, 2], files: [0, 1], values: nodes.map(({ value }) => value) }];
      try {
        const first: Step = { edit: { kind: 'nothing' }, force: undefined, only: undefined, jobs: 2 };
        for (const { edit: change, force, only, jobs } of [first, ...steps]) {
          const state = applyEdit(change, past, nodes.length);
          past.push(state);
          subject.write(state);
          const selected = only === undefined ? new Set(nodes.keys()) : upstream(nodes, only % nodes.length);
          const forced = force === undefined ? undefined : [...selected][force % selected.size];
          const options = {
            stages: only === undefined ? [] : [`s${only % nodes.length}`],
            force: forced === undefined ? [] : [`s${forced}`],
          };
          const predicted = model.run(state, selected, forced);

          const { stages } = await subject.project.plan(subject.pipeline(state), options);
          const planned = new Map(stages.map(({ instance, verdict }) => [Number(instance.id.slice(1)), verdict.kind]));
          expect(planned).toEqual(new Map([...predicted.kinds].sort(([a], [b]) => a - b)));

          const run = await subject.project.run(subject.pipeline(state), { ...options, jobs, execute: inProcess });
          const outcomes = new Map(run.record.stages.map(({ id, outcome }) => [Number(id.slice(1)), outcome]));
          expect(byKey(outcomes, predicted.keys)).toEqual(byKey(predicted.outcomes, predicted.keys));
          for (const [index, kind] of planned) {
            const outcome = outcomes.get(index)!;
            counts[`${kind} → ${outcome}`] = (counts[`${kind} → ${outcome}`] ?? 0) + 1;
            if (kind !== 'pending') expect({ fresh: 'fresh', restore: 'restored', run: 'ran' }[kind]).toBe(outcome);
          }
          const after = await subject.project.plan(subject.pipeline(state), { stages: options.stages });
          expect(after.stages.map(({ verdict }) => verdict.kind)).toEqual(after.stages.map(() => 'fresh'));
        }
      } finally {
        subject.project.remove();
      }
    }),
    { numRuns: 100 },
  );
  // The graphs and edits are varied enough to meet every case.
  expect(Object.keys(counts).sort()).toEqual([
    'fresh → fresh',
    'pending → fresh',
    'pending → ran',
    'pending → restored',
    'restore → restored',
    'run → ran',
  ]);
});
