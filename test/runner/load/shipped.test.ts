import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import JSON5 from 'json5';
import { parse as parseJsonc } from 'jsonc-parser';
import type { ParseError } from 'jsonc-parser';
import { toValue } from '../../../src/runner/load/node.ts';
import { parse } from '../../../src/runner/load/parse.ts';
import { Source } from '../../../src/runner/load/source.ts';
import { drawGraph } from '../../../src/runner/graph/index.ts';
import { loadPipeline, loadStageTypes, packageRoot } from '../../../src/runner/load/index.ts';
import { pipelineSchema } from '../../../scripts/generate/pipeline-schema.ts';
import { findUnused } from '../../../src/cli/unused.ts';
import { readMerged } from '../../../src/runner/load/read.ts';
import { Project } from './project.ts';

const root = packageRoot();
const folder = path.join(root, 'pipelines');
const shipped = readdirSync(folder).filter((name) => name.endsWith('.json5'));

/** The editors' schema for the kitchen, as an editor would check with it: draft-07, no extensions. */
function editor(): (pipeline: unknown) => boolean {
  return new Ajv({ strict: false, allErrors: true }).compile(pipelineSchema(loadStageTypes(new Project().folder)));
}

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
      const pipeline = loadPipeline(path.join(folder, name), { project: root });
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
      loadPipeline(path.join(folder, name), { project: root });
    }
  });

  test('fit the schema that editors check them with', () => {
    const validate = new Ajv({ strict: false, allErrors: true }).compile(pipelineSchema(loadStageTypes(root, { needModules: false })));
    for (const name of shipped) {
      validate(JSON5.parse(readFileSync(path.join(folder, name), 'utf8')));
      expect({ name, errors: validate.errors }).toEqual({ name, errors: null });
    }
  });
});

test('the example of the documentation loads', () => {
  const [, example] = /```json5\n([^]*?)```/.exec(readFileSync(path.join(root, 'docs/pipeline-files.md'), 'utf8'))!;
  const { stages } = loadPipeline(new Project().write('example.json5', example), { project: root });
  expect(stages.map(({ id }) => id)).toEqual(['corpus', 'preprocess', 'train.1', 'shrink.1', 'train.2', 'shrink.2', 'train.3', 'shrink.3']);
});

test('the generated files are current and all schemas follow the published meta-schema', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/generate.js', '--check'], { cwd: root, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

describe('the schema for editors', () => {
  const stages = { grow: { uses: 'harvest' }, flour: { uses: 'mill', in: { crop: 'grow', before: ['flour[-1]', 'grow.crop'] }, with: { grit: 1, sieve: { mesh: '${params.m}' } } } };

  test('lets pass what the loader takes', () => {
    const valid = editor();
    expect(valid({ $schema: 'x', name: 'a', description: 'b', seed: 1, params: { m: 3 }, matrix: { m: [1] }, stages })).toBe(true);
    expect(valid({ name: 'a', stages: { loop: { repeat: '${params.m}', stages } } })).toBe(true);
    expect(valid({ extends: 'b.json5', stages: { grow: null, flour: { with: { grit: null } } } })).toBe(true);
    expect(valid({ name: 'a', stages: { grow: { uses: 'harvest', with: { tonnes: '${params.m}' }, resources: { memory: '4GB' } } } })).toBe(true);
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
