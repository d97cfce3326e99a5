import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv, type ValidateFunction } from 'ajv';
import JSON5 from 'json5';
import { parse as parseJsonc } from 'jsonc-parser';
import type { ParseError } from 'jsonc-parser';
import { toValue } from '../../../src/runner/load/text/node.ts';
import { parse } from '../../../src/runner/load/text/parse.ts';
import { Source } from '../../../src/runner/load/text/source.ts';
import { drawGraph } from '../../../src/runner/graph/index.ts';
import { packageRoot } from '../../../src/runner/package-root.ts';
import { loadStageTypes } from '../../../src/runner/catalogue/stage-types.ts';
import { loadPipeline } from '../../../src/runner/load/pipeline.ts';
import { pipelineSchema } from '../../../scripts/generate/pipeline-schema.ts';
import { findUnused } from '../../../src/cli/unused.ts';
import { readMerged } from '../../../src/runner/load/grammar/read.ts';
import type { Pipeline } from '../../../src/runner/types.ts';
import { instance, Project } from './project.ts';

const root = packageRoot;
const folder = path.join(root, 'pipelines');
const shipped = readdirSync(folder).filter((name) => name.endsWith('.json5'));
const load = (name: string) => loadPipeline(path.join(folder, name), { project: root });

/**
 * The editors' schema as an editor would check with it: draft-07, no extensions; a keyword that
 * this does not know is an error.
 */
function editorFor(types: Parameters<typeof pipelineSchema>[0]): ValidateFunction {
  return new Ajv({ strictTypes: false, strictTuples: false, allErrors: true }).compile(pipelineSchema(types));
}

const editor = () => editorFor(loadStageTypes(new Project().folder));

describe('shipped pipelines', () => {
  test('are those that the README names', () => {
    const named = readFileSync(path.join(root, 'README.md'), 'utf8').matchAll(/pipelines\/([\w-]+\.json5)/g);
    expect(new Set(shipped)).toEqual(new Set([...named].map(([, name]) => name)));
  });

  test('declare nothing that is not used', () => {
    for (const name of shipped) {
      const file = path.join(folder, name);
      expect(findUnused(readMerged(file), loadPipeline(file, { project: root }))).toEqual([]);
    }
  });

  test('can all be drawn, with an arrow for every input', () => {
    for (const name of shipped) {
      const pipeline = load(name);
      const { edges } = JSON.parse(drawGraph(pipeline, undefined, 'json')) as { edges: unknown[] };
      expect(edges).toHaveLength(pipeline.stages.reduce((sum, { inputs }) => sum + Object.keys(inputs).length, 0));
      expect(drawGraph(pipeline, undefined, 'mermaid')).toContain('flowchart');
      expect(drawGraph(pipeline, undefined, 'dot')).toContain('digraph');
    }
  });

  test('read alike as JSON5 by two parsers, and as JSONC, and load', () => {
    for (const name of shipped) {
      const text = readFileSync(path.join(folder, name), 'utf8');
      const value = JSON5.parse<unknown>(text);
      expect(toValue(parse(new Source(name, text)))).toEqual(value);
      const errors: ParseError[] = [];
      expect(parseJsonc(text, errors, { allowTrailingComma: true })).toEqual(value);
      expect(errors).toEqual([]);
      load(name);
    }
  });

  test('fit the schema that editors check them with, which has no keyword that draft-07 does not know', () => {
    const validate = editorFor(loadStageTypes(root, { needModules: false }));
    for (const name of shipped) {
      validate(JSON5.parse(readFileSync(path.join(folder, name), 'utf8')));
      expect({ name, errors: validate.errors }).toEqual({ name, errors: null });
    }
  });
});

describe.each(['ablation.json5', 'ablation-multi30k.json5'])('the arms of %s', (name) => {
  const arms = ['naive', 'top', 'evolution', 'reduction'];
  let pipeline: Pipeline;
  beforeAll(() => {
    pipeline = load(name);
  });
  const ofArms = (id: string) => arms.map((arm) => instance(pipeline, `${id}@arm=${arm}`));

  test('are the four of figure 3, from the first shrink to BLEU, and differ in nothing else that stages are told', () => {
    const inArms = pipeline.stages.filter(({ variant }) => 'arm' in variant);
    const shrinks = inArms.filter(({ type }) => type === 'shrink');
    expect([...new Set(shrinks.map(({ variant }) => variant.arm))]).toEqual(arms);
    for (const { params, variant } of shrinks) expect(params.arm).toBe(variant.arm);
    expect(ofArms('bleu').map(({ inputs }) => inputs.model.stage)).toEqual(ofArms('finetune').map(({ id }) => id));
    for (const { id, params, seed } of inArms) {
      const [first] = ofArms(id.replace(/@.*/, ''));
      expect({ id, seed, ...params, arm: undefined }).toEqual({
        id,
        seed: first.seed,
        ...first.params,
        arm: undefined,
      });
    }
  });

  test('share the first round of training', () => {
    // What of a key the instance decides: with it alike for all, one is made and the others restore
    // it. The inputs are no arm's own.
    const keyed = ofArms('train.1').map(({ type, params, inputs, seed }) => ({ type, params, inputs, seed }));
    expect(keyed).toEqual(arms.map(() => keyed[0]));
    expect(keyed[0].inputs).toEqual({ corpus: { stage: 'preprocess', output: 'corpus' } });
  });

  test('have the divergence of 200 subnets measured after that round, beside a supernet of attention and ReLU only', () => {
    for (const arm of arms) {
      const { params, inputs } = instance(pipeline, `divergence@arm=${arm}`);
      expect(params.subnets).toBe(200);
      expect(inputs).toEqual({
        corpus: { stage: 'preprocess', output: 'corpus' },
        checkpoint: { stage: `train.1@arm=${arm}`, output: 'checkpoint' },
        space: { stage: `shrink.1@arm=${arm}`, output: 'space' },
        baseline: { stage: 'train-intra', output: 'checkpoint' },
      });
    }
    const [train] = ofArms('train.1');
    const intra = instance(pipeline, 'train-intra');
    const { space } = train.params as { space: object };
    // As many updates, of the same settings, on the same corpus.
    expect(intra.params).toEqual({
      ...train.params,
      space: { ...space, operators: ['attention'], activations: ['relu'] },
    });
    expect(intra.inputs).toEqual(train.inputs);
  });
});

test.each(['baselines.json5', 'baselines-multi30k.json5'])(
  '%s trains and scores networks of the operators that their names say',
  (name) => {
    const pipeline = load(name);
    const trained = pipeline.stages.filter(({ type }) => type === 'finetune');
    const families = trained.map(({ stage, variant, inputs }) => {
      const { params, variant: designed } = instance(pipeline, inputs.subnet.stage);
      expect(designed).toEqual(variant);
      // From scratch.
      expect(Object.keys(inputs).sort()).toEqual(['corpus', 'subnet']);
      return `${stage}: ${(params as { space: { operators: string[] } }).space.operators.join()}`;
    });
    expect(new Set(families)).toEqual(
      new Set([
        'train-transformer: attention',
        'train-lightconv: light',
        'train-dynamicconv: dynamic',
        'train-lite: lsra-light',
      ]),
    );
    const scored = pipeline.stages
      .filter(({ type }) => type === 'bleu')
      .map(({ stage, inputs }) => [stage.replace('bleu', 'train'), inputs.model.stage] as const);
    expect(scored.map(([, id]) => id).sort()).toEqual(trained.map(({ id }) => id).sort());
    for (const [stage, id] of scored) expect(instance(pipeline, id).stage).toBe(stage);
  },
);

test.each(['baselines.json5', 'baselines-multi30k.json5'])('%s compares all sizes over all seeds, once', (name) => {
  const pipeline = loadPipeline(path.join(folder, name), { project: root, set: ['seed=1,2,3'] });
  const { inputs, variant } = instance(pipeline, 'compare');
  expect(variant).toEqual({});
  for (const [slot, type] of [
    ['bleu', 'bleu'],
    ['losses', 'losses'],
  ]) {
    const gathered = Object.values(inputs).filter((input) => input.gathered?.slot === slot);
    const made = pipeline.stages.filter((stage) => stage.type === type).map(({ id }) => id);
    expect(gathered.map(({ stage }) => stage).sort()).toEqual(made.sort());
    for (const { stage, gathered: as } of gathered)
      expect(instance(pipeline, stage).stage).toBe(`${slot}-${as!.label}`);
  }
});

test('the example of the documentation loads', () => {
  const [, example] = /```json5\n([^]*?)```/.exec(readFileSync(path.join(root, 'docs/pipeline-files.md'), 'utf8'))!;
  const { stages } = loadPipeline(new Project().write('example.json5', example), { project: root });
  expect(stages.map(({ id }) => id)).toEqual([
    'corpus',
    'preprocess',
    'train.1',
    'shrink.1',
    'train.2',
    'shrink.2',
    'train.3',
    'shrink.3',
  ]);
});

test('the generated files are current and all schemas follow the published meta-schema', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/generate.js', '--check'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

describe('the schema for editors', () => {
  const stages = {
    grow: { uses: 'harvest' },
    flour: {
      uses: 'mill',
      in: { crop: 'grow', before: ['flour[-1]', 'grow.crop'] },
      with: { grit: 1, sieve: { mesh: '${params.m}' } },
    },
  };

  test('lets pass what the loader takes', () => {
    const valid = editor();
    expect(
      valid({ $schema: 'x', name: 'a', description: 'b', seed: 1, params: { m: 3 }, matrix: { m: [1] }, stages }),
    ).toBe(true);
    expect(valid({ name: 'a', stages: { loop: { repeat: '${params.m}', stages } } })).toBe(true);
    expect(valid({ extends: 'b.json5', stages: { grow: null, flour: { with: { grit: null } } } })).toBe(true);
    expect(
      valid({
        name: 'a',
        stages: { grow: { uses: 'harvest', with: { tonnes: '${params.m}' }, resources: { memory: '4GB' } } },
      }),
    ).toBe(true);
  });

  test.each<[string, unknown]>([
    ['an unknown key', { name: 'a', stages, stage: {} }],
    ['an unknown stage type', { name: 'a', stages: { grow: { uses: 'havrest' } } }],
    ['an unknown parameter', { name: 'a', stages: { grow: { uses: 'harvest', with: { tones: 1 } } } }],
    ['a parameter of another stage type', { name: 'a', stages: { grow: { uses: 'harvest', with: { grit: 1 } } } }],
    ['a parameter out of bounds', { name: 'a', stages: { grow: { uses: 'harvest', with: { tonnes: 100 } } } }],
    ['a wrong type further in', { name: 'a', stages: { flour: { uses: 'mill', with: { sieve: { mesh: 'x' } } } } }],
    ['an unknown slot', { name: 'a', stages: { flour: { uses: 'mill', in: { corp: 'grow' } } } }],
    ['a text that is no reference', { name: 'a', stages: { flour: { uses: 'mill', in: { crop: 'grow[0]' } } } }],
    ['groups in groups', { name: 'a', stages: { loop: { repeat: 2, stages: { inner: { repeat: 2, stages } } } } }],
    ['no name', { stages }],
  ])('marks %s', (_, pipeline) => {
    expect(editor()(pipeline)).toBe(false);
  });
});
