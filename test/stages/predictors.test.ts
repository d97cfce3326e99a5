import { describe, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LatenciesDocument, PredictorDocument } from '../../schemas/types.ts';
import { readPredictor } from '../../src/artifacts/predictor.ts';
import { featuresOf } from '../../src/nas/features.ts';
import { architectureOf, formatGenes, networkKey, paperSpace, parseGenes } from '../../src/nas/space.ts';
import { drawNetworks } from '../../src/predictors/drawn-networks.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import fitPredictor from '../../stages/fit-predictor.ts';
import measureLatencies from '../../stages/measure-latencies.ts';
import { engines } from '../support/engines.ts';
import { refusal } from '../support/refusal.ts';
import { Killed, StageBench, tinySpace } from '../support/stage-bench.ts';

const bench = new StageBench();
const engine = engines.at(-1)!;

describe('measuring latencies', () => {
  const corpus = bench.corpus();
  const params = { space: tinySpace, kernels: [3, 5], norm: 'post', count: 6, noise: 1e9, attempts: 3 };
  async function measure(changed: object = {}, options: { progress?: string; killAt?: number } = {}) {
    const made = await bench.run(measureLatencies, { ...params, ...changed }, { corpus }, ['latencies'], {
      engine,
      ...options,
    });
    return bench.read(made.latencies, 'latencies') as unknown as LatenciesDocument;
  }

  test('is of distinct networks of the space, each measured until it varies little enough, or as often as is told', async () => {
    const { networks } = await measure();
    expect(networks.map(({ attempts }) => attempts)).toEqual(Array(6).fill(1));
    const keys = networks.map(({ genes }) => networkKey(architectureOf(tinySpace, parseGenes(tinySpace, genes))));
    expect(new Set(keys).size).toBe(6);
    networks.forEach(({ mean }) => expect(mean).toBeGreaterThan(0));
    // No clock is so steady.
    const again = await measure({ noise: 1e-12, count: 2 });
    expect(again.networks.map(({ attempts }) => attempts)).toEqual([3, 3]);
  });

  test('goes on after an interruption with what it has, and keeps the quietest attempt', async () => {
    const progress = bench.folder();
    await expect(measure({}, { progress, killAt: 4 })).rejects.toThrow(Killed);
    const file = path.join(progress, 'latencies.jsonl');
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(4);
    const { networks } = await measure({}, { progress });
    lines.forEach((line, i) => {
      const [genes, mean, deviation] = JSON.parse(line.slice(9)) as [string, number, number];
      expect(networks[i]).toEqual({ genes, mean, deviation, attempts: 1 });
    });
    // Two more attempts each: the least deviation over mean is the one that is told.
    const more = await measure({ noise: 1e-12 }, { progress });
    const attempts = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line.slice(9)) as [string, number, number]);
    for (const { genes, mean, deviation } of more.networks) {
      const own = attempts.filter(([of]) => of === genes);
      expect(own).toHaveLength(3);
      expect(deviation / mean).toBe(Math.min(...own.map(([, m, d]) => d / m)));
    }
  });

  test('of a space with too few networks measures them all, and warns', async () => {
    const warnings: string[] = [];
    const space = {
      ...tinySpace,
      widths: [8],
      ratios: [1],
      heads: [2],
      operators: ['attention', 'light'],
      decoderLayers: [1],
    };
    const log = (message: string, level?: string) => void (level === 'warning' && warnings.push(message));
    const made = await bench.run(measureLatencies, { ...params, space }, { corpus }, ['latencies'], { engine, log });
    expect(bench.read(made.latencies, 'latencies').networks).toHaveLength(4);
    expect(warnings).toEqual(['4 networks were found in the space instead of 6']);
  });
});

/** Milliseconds by a formula: of the decoder's depth, the widths and the share of one operator. */
function latencyOf(genes: string): number {
  const features = featuresOf(architectureOf(paperSpace, parseGenes(paperSpace, genes)), 'mixed');
  const [width, layers] = [features[0], features[5]];
  return 2 + 3 * layers + width / 100 + 4 * features[12];
}
const drawn = drawNetworks(paperSpace, 260, new RandomStream(1, 'networks')).map(formatGenes);
const latencies = {
  summary: '',
  space: paperSpace,
  model: { norm: 'post', kernels: [3] },
  noise: 0.015,
  networks: drawn.map((genes, i) => ({
    genes,
    // Every fifth varies too much, and is nonsense.
    ...(i % 5 === 0 ? { mean: 500, deviation: 8 } : { mean: latencyOf(genes), deviation: 0.001 }),
    attempts: 1,
  })),
};
const fitting = { kind: 'trees', features: 'mixed', noise: 0.015, updates: 250, learningRate: 1e-3 };

async function fit(changed: object = {}, document: object = latencies) {
  const inputs = { latencies: bench.document('latencies', document) };
  const { predictor } = await bench.run(fitPredictor, { ...fitting, ...changed }, inputs, ['predictor'], { engine });
  return { folder: predictor, document: bench.read(predictor, 'predictor') as unknown as PredictorDocument };
}

describe('fitting a predictor', () => {
  test.each([
    ['trees', 8],
    ['mlp', 8],
  ])('as %s is near on networks that it has not seen, and is read back as it was', async (kind, percent) => {
    const { folder, document } = await fit({ kind });
    expect(document.rows).toEqual({ train: 166, valid: 20, test: 22, noisy: 52 });
    expect(document.error.percent).toBeLessThan(percent);
    expect(document.error.tau).toBeGreaterThan(0.7);
    await selectEngine(engine, 1);
    const { predict } = readPredictor(folder);
    const others = drawNetworks(paperSpace, 60, new RandomStream(1, 'others')).map(formatGenes);
    const errors = others.map((genes) => {
      const actual = latencyOf(genes);
      return Math.abs(predict(architectureOf(paperSpace, parseGenes(paperSpace, genes))) - actual) / actual;
    });
    expect((100 * errors.reduce((sum, error) => sum + error, 0)) / errors.length).toBeLessThan(percent);
    if (kind === 'trees') expect((await fit({ kind })).document).toEqual(document);
  });

  test('keeps the features that go with latency, and says how much each matters', async () => {
    const { document } = await fit({ keep: 3 });
    expect(document.features.kept).toContain('decoder layers');
    expect(document.features.kept).toHaveLength(3);
    const [most] = document.importance.toSorted((a, b) => b.permutation - a.permutation);
    expect(most.feature).toBe('decoder layers');
    expect(document.importance.map(({ feature }) => feature)).toEqual(document.features.kept);
  });

  test('refuses latencies of which too few are steady, and genes of another space', async () => {
    expect(await refusal(fit({ noise: 1e-9 }))).toMatch(
      '0 of 260 networks vary by 1e-9 of their mean or less, and 50 are needed: measure more of them',
    );
    const other = { ...latencies, networks: latencies.networks.map((network) => ({ ...network, genes: 'zz' })) };
    expect(await refusal(fit({}, other))).toMatch('"zz" are no genes of the space of the latencies');
  });
});

describe('a damaged predictor', () => {
  const damaged = async (damage: (document: PredictorDocument) => void, changed: object = {}) => {
    const { folder, document } = await fit(changed);
    damage(document);
    writeFileSync(path.join(folder, 'predictor.json'), JSON.stringify(document));
    return () => readPredictor(folder);
  };

  test('is refused, with what is wrong', async () => {
    expect(await damaged(({ trees }) => void (trees!.trees[0].splits[0].right = 0))).toThrow(
      /Tree 1 of \d+ is damaged/,
    );
    expect(await damaged(({ features }) => void (features.kept[0] = 'colour'))).toThrow(/a feature "colour"/);
    expect(await damaged(({ features }) => void features.kept.pop())).toThrow(
      /does not hold a predictor of 25 features/,
    );
    expect(await damaged((document) => void delete document.trees)).toThrow(/does not hold a predictor of 26 features/);
    expect(await damaged(({ mlp }) => void mlp!.layers++, { kind: 'mlp', updates: 1 })).toThrow(/weights.safetensors/);
  });
});
