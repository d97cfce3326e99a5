import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DivergenceDocument } from '../../schemas/types.ts';
import divergence from '../../stages/divergence.ts';
import finetune from '../../stages/finetune.ts';
import trainSupernet from '../../stages/train-supernet.ts';
import { architectureOf, extremeGenes, formatGenes } from '../../src/nas/space.ts';
import { ArtifactChecker } from '../../src/runner/execute/artifact-check.ts';
import { loadArtifactSchemas } from '../../src/runner/catalogue/artifacts.ts';
import { refusal } from '../support/refusal.ts';
import { finetuneParams, StageBench, tinySpace, trainParams } from '../support/stage-bench.ts';

const bench = new StageBench();
const corpus = bench.corpus();
const params = { subnets: 12, validationTokens: 20, resamples: 50, heatMap: { part: 'encoder', layer: 0 } };
const { smallest, largest } = extremeGenes(tinySpace);
const outputs = { train: ['checkpoint', 'sampled', 'metrics'], finetune: ['checkpoint', 'model', 'metrics'] };
const short = { ...trainParams, updates: 6 };
let checkpoint: string;
let baseline: string;

beforeAll(async () => {
  ({ checkpoint } = await bench.run(trainSupernet, short, { corpus }, outputs.train));
  const ofAttention = { ...short, updates: 4, space: { ...tinySpace, operators: ['attention'] } };
  ({ checkpoint: baseline } = await bench.run(trainSupernet, ofAttention, { corpus }, outputs.train));
});

const space = (candidates: string[]) => bench.document('sample-space', { space: tinySpace, candidates });

async function measure(
  inputs: Record<string, string> = {},
  changed: object = {},
): Promise<{ folder: string; document: DivergenceDocument }> {
  const { divergence: folder } = await bench.run(
    divergence,
    { ...params, ...changed },
    { corpus, checkpoint, ...inputs },
    ['divergence'],
  );
  return { folder, document: bench.read(folder, 'divergence') as unknown as DivergenceDocument };
}

describe('measuring divergence', () => {
  test('gives a valid artifact of all populations, with their ratios', async () => {
    const { folder, document } = await measure({
      space: space(
        [smallest, largest].flatMap((genes) => [0, 1, 2].map((operator) => formatGenes(genes.with(1, operator)))),
      ),
      baseline,
    });
    const checker = new ArtifactChecker(loadArtifactSchemas(fileURLToPath(new URL('../..', import.meta.url))));
    expect(checker.problem('divergence', folder)).toBeUndefined();
    const [whole, shrunk, resized, other] = document.populations;
    expect(document.populations.map(({ name, updates, candidates }) => `${name} ${updates} ${candidates}`)).toEqual([
      'whole 6 null',
      'sample-space 6 6',
      'same-sizes 6 6',
      'baseline 4 null',
    ]);
    expect(whole.logits.pairs).toBe(66);
    expect(whole.logits.histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(66);
    expect(whole.features!.pairs).toBeLessThan(66);
    expect(shrunk.distinct).toBeGreaterThan(3);
    // What was drawn, told by sizes: the list has none between the smallest and the largest network.
    expect(shrunk.decoderWidths).toEqual({ 8: expect.any(Number), 16: expect.any(Number) });
    expect(Object.keys(resized.decoderLayers)).toEqual(Object.keys(shrunk.decoderLayers));
    expect(Object.values(whole.decoderWidths).reduce((sum, count) => sum + count, 0)).toBe(12);
    const all = [
      [shrunk, whole],
      [resized, whole],
      [shrunk, resized],
      [whole, other],
      [shrunk, other],
    ];
    const measures = ['logits', 'equalWidths', 'features'] as const;
    expect(document.ratios.map(({ of, to, measure, ratio }) => [of, to, measure, ratio])).toEqual(
      all.flatMap(([of, to]) =>
        measures.map((measure) => [of.name, to.name, measure, of[measure]!.mean / to[measure]!.mean]),
      ),
    );
    expect(document.summary).toMatch(
      /^mean divergence of logits: whole \d\.\d{3}, sample-space \d\.\d{3}, same-sizes \d\.\d{3}, baseline \d\.\d{3}; of sub-layers: attention\/4 to attention\/2 \d\.\d{3}$/,
    );
  });

  test('of a space with one subnet finds none, and no ratio to it', async () => {
    const { document } = await measure({ space: space([formatGenes(smallest)]) });
    const [whole, single, resized] = document.populations;
    expect(single).toMatchObject({ distinct: 1, features: { pairs: 66 } });
    // As many repetitions, so that they do not make the difference.
    expect(resized).toMatchObject({ name: 'same-sizes', distinct: 1 });
    expect(single.logits.mean).toBeLessThan(1e-5);
    expect(whole.logits.mean).toBeGreaterThan(0.1);
    // None to what does not diverge either.
    expect(document.ratios.map(({ of, to, measure }) => `${of} ${to} ${measure}`)).toEqual(
      ['sample-space', 'same-sizes'].flatMap((of) =>
        ['logits', 'equalWidths', 'features'].map((measure) => `${of} whole ${measure}`),
      ),
    );
    document.ratios.forEach(({ ratio }) => expect(ratio).toBeLessThan(1e-4));
  });

  test('of a sample space that is the whole space draws from it twice, and has no sizes to keep', async () => {
    const { document } = await measure({
      space: bench.document('sample-space', { space: tinySpace, candidates: null }),
    });
    expect(document.populations.map(({ name, candidates }) => `${name} ${candidates}`)).toEqual([
      'whole null',
      'sample-space null',
    ]);
  });

  test('twice gives the same bytes', async () => {
    const [first, second] = [await measure(), await measure()].map(({ folder }) =>
      readFileSync(path.join(folder, 'divergence.json'), 'utf8'),
    );
    expect(first).toBe(second);
  });

  test('shows a sub-layer for one sentence, by token', async () => {
    const substitutions = [{ before: { operator: 'light', heads: 2 }, after: { operator: 'attention', heads: 4 } }];
    const { document } = await measure({}, { substitutions, heatMap: { part: 'decoder', layer: 1 } });
    const [{ heatMap, sublayers, before, after }] = document.substitutions;
    expect({ before, after }).toEqual(substitutions[0]);
    expect(sublayers.map(({ part, layer }) => `${part} ${layer}`)).toEqual(['encoder 0', 'decoder 0', 'decoder 1']);
    expect(heatMap).toMatchObject({ part: 'decoder', layer: 1 });
    // What the decoder reads begins with the end of the sentence before.
    expect(heatMap.tokens[0]).toBe('</s>');
    expect(heatMap.tokens.join('')).toMatch(/^<\/s>[a-h<unk>]*$/);
    expect(heatMap.values.map((row) => row.length)).toEqual(heatMap.tokens.map(() => 16));
    expect(heatMap.values.flat().some((value) => value > 0)).toBe(true);
  });
});

describe('what does not fit is refused', () => {
  test('a substitution that the supernet has no weights for', async () => {
    const before = { operator: 'attention', heads: 4 };
    expect(await refusal(measure({}, { substitutions: [{ before, after: { operator: 'dynamic', heads: 4 } }] }))).toBe(
      'substitutions: the supernet has no operator "dynamic". It has attention, light, lsra-dynamic.',
    );
    expect(await refusal(measure({}, { substitutions: [{ before, after: { operator: 'light', heads: 8 } }] }))).toBe(
      'substitutions: the supernet has no choice of 8 heads. It has 2, 4.',
    );
  });

  test('a layer that is not there', async () => {
    expect(await refusal(measure({}, { heatMap: { part: 'decoder', layer: 2 } }))).toBe(
      'heatMap: the decoder has no layer 2. Its layers are 0 to 1.',
    );
  });

  test('a sample space of another search space, and other dictionaries', async () => {
    const other = bench.document('sample-space', { space: { ...tinySpace, ratios: [1] }, candidates: null });
    expect(await refusal(measure({ space: other }))).toContain('another search space');
    expect(await refusal(measure({ corpus: bench.corpus({ letters: 'abcdefghijklmnopqrstuvwxyz' }) }))).toContain(
      'the target dictionary is',
    );
  });

  test('a single network in place of a supernet', async () => {
    const subnet = bench.document('subnet', { architecture: architectureOf(tinySpace, smallest) });
    const { checkpoint: single } = await bench.run(
      finetune,
      { ...finetuneParams, updates: 2 },
      { corpus, checkpoint, subnet },
      outputs.finetune,
    );
    expect(await refusal(measure({ baseline: single }))).toContain('"baseline" holds a single network');
  });
});
