import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { appendChecked } from '../../src/disk/checked-lines.ts';
import type { Architecture } from '../../src/model/architecture.ts';
import { countParameters } from '../../src/nas/counts.ts';
import { countOperations } from '../../src/nas/costs/operations.ts';
import { architectureOf, parseGenes, sampleGenes, type Space } from '../../src/nas/space.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { type Checkpoint, readCheckpoint } from '../../src/artifacts/checkpoint.ts';
import { writePredictor } from '../../src/artifacts/predictor.ts';
import search from '../../stages/search.ts';
import shrink from '../../stages/shrink.ts';
import trainSupernet from '../../stages/train-supernet.ts';
import { refusal } from '../support/refusal.ts';
import { exploreParams, Killed, StageBench, trainParams } from '../support/stage-bench.ts';

const bench = new StageBench();
const data = bench.corpus();
/** Four networks: an operator on either side. */
const space: Space = {
  widths: [8],
  ratios: [1],
  heads: [2],
  operators: ['attention', 'light'],
  activations: ['relu'],
  encoderLayers: 1,
  decoderLayers: [1],
  crossHeads: [2],
  spans: [1],
};
const networks = Array.from({ length: 40 }, (_, i) => architectureOf(space, sampleGenes(space, new RandomStream(i))));
const names = [...new Set(networks.map((network) => JSON.stringify(network)))].sort();

let supernet: Checkpoint;
let inputs: Record<string, string>;
beforeAll(async () => {
  const trained = await bench.run(trainSupernet, { ...trainParams, space, updates: 16 }, { corpus: data }, [
    'checkpoint',
    'sampled',
    'metrics',
  ]);
  supernet = readCheckpoint(trained.checkpoint);
  inputs = { corpus: data, checkpoint: trained.checkpoint, sampled: trained.sampled, space: trained.sampled };
});

interface Candidate {
  genes: string;
  total: number;
  operations: number;
  latency?: number;
}

/** Runs a shrink; gives its candidates and their networks. */
async function shrunk(changes: object, options: { progress?: string; killAt?: number } = {}) {
  const { ranking } = await bench.run(
    shrink,
    { ...exploreParams, arm: 'evolution', ...changes },
    inputs,
    ['space', 'ranking'],
    options,
  );
  const { candidates } = bench.read(ranking, 'ranking') as unknown as { candidates: Candidate[] };
  return candidates.map((candidate) => ({
    ...candidate,
    network: architectureOf(space, parseGenes(space, candidate.genes)),
  }));
}

/** A folder of progress in which the networks' latencies are known: 10, 20, 30 and 40 ms. */
function timed(): string {
  const progress = bench.folder();
  names.forEach((name, i) => appendChecked(path.join(progress, 'latency.jsonl'), [name, 10 * (i + 1)]));
  return progress;
}

const operationsOf = (architecture: Architecture) =>
  countOperations(supernet.document.model, architecture, { source: 30, target: 30 }).layers;

test('the space of these tests has four networks', () => {
  expect(names).toHaveLength(4);
});

describe('a limit on multiply-adds', () => {
  test('is kept by every candidate, and their counts are told', async () => {
    const counts = names.map((name) => operationsOf(JSON.parse(name) as Architecture)).sort((a, b) => a - b);
    const candidates = await shrunk({ operationsLimit: counts[2] });
    expect(candidates).toHaveLength(names.length - counts.filter((count) => count > counts[2]).length);
    for (const { network, operations, latency } of candidates) {
      expect(operations).toBe(operationsOf(network));
      expect(operations).toBeLessThanOrEqual(counts[2]);
      expect(latency).toBeUndefined();
    }
  });

  test('that nothing keeps is one clear message with the least', async () => {
    const least = Math.min(...names.map((name) => operationsOf(JSON.parse(name) as Architecture)));
    expect(await refusal(shrunk({ operationsLimit: 100 }))).toMatch(
      new RegExp(
        `^None of \\d+ candidates has at most 100 multiply-adds \\(the least is ${least}\\)\\. Raise the limit, `
          + 'or give the space smaller choices\\.$',
      ),
    );
  });
});

describe('bounds on parameters in all', () => {
  const totalOf = (architecture: Architecture) => countParameters(supernet.document.model, architecture).total;

  test('are kept by every candidate, and their counts are told', async () => {
    const totals = names.map((name) => totalOf(JSON.parse(name) as Architecture)).sort((a, b) => a - b);
    const within = totals.filter((total) => total >= totals[1] && total <= totals[2]);
    const candidates = await shrunk({ totalFloor: totals[1], totalLimit: totals[2] });
    expect(candidates.map(({ total }) => total).sort((a, b) => a - b)).toEqual(within);
    for (const { network, total } of candidates) expect(total).toBe(totalOf(network));
  });
});

describe('a floor', () => {
  const layersOf = (architecture: Architecture) => countParameters(supernet.document.model, architecture).layers;

  test('beside a limit keeps candidates within a window of size', async () => {
    const sizes = [...new Set(names.map((name) => layersOf(JSON.parse(name) as Architecture)))].sort((a, b) => a - b);
    const candidates = await shrunk({ floor: sizes[1], limit: sizes.at(-2) });
    expect(candidates.length).toBeGreaterThan(0);
    for (const { network } of candidates) {
      expect(layersOf(network)).toBeGreaterThanOrEqual(sizes[1]);
      expect(layersOf(network)).toBeLessThanOrEqual(sizes.at(-2)!);
    }
  });

  test('on multiply-adds or latency rejects what costs less', async () => {
    const counts = names.map((name) => operationsOf(JSON.parse(name) as Architecture));
    const most = Math.max(...counts);
    (await shrunk({ operationsFloor: most })).forEach(({ operations }) => expect(operations).toBe(most));
    const slow = await shrunk({ latencyFloor: 30 }, { progress: timed() });
    expect(slow.map(({ latency }) => latency!).sort((a, b) => a - b)).toEqual([30, 40]);
  });

  test('that nothing keeps is one clear message with the most', async () => {
    const most = Math.max(...names.map((name) => layersOf(JSON.parse(name) as Architecture)));
    expect(await refusal(shrunk({ floor: 1e7 }))).toMatch(
      new RegExp(
        `^None of \\d+ candidates has at least 10000000 parameters \\(the most is ${most}\\)\\. Move the bounds `
          + 'apart, or give the space other choices\\.$',
      ),
    );
  });
});

describe('training within a window of size', () => {
  test('samples nothing outside of it, and says so where nothing is inside', async () => {
    const layers = (genes: string) =>
      countParameters(supernet.document.model, architectureOf(space, parseGenes(space, genes))).layers;
    const sizes = [...new Set(names.map((name) => JSON.parse(name) as Architecture))]
      .map((architecture) => countParameters(supernet.document.model, architecture).layers)
      .sort((a, b) => a - b);
    const train = (changes: object) =>
      bench.run(trainSupernet, { ...trainParams, space, updates: 12, ...changes }, { corpus: data }, [
        'checkpoint',
        'sampled',
        'metrics',
      ]);
    const { sampled } = await train({ floor: sizes[1], limit: sizes.at(-2) });
    const { candidates } = bench.read(sampled, 'sample-space') as { candidates: string[] };
    expect(candidates.length).toBeGreaterThan(0);
    for (const genes of candidates) {
      expect(layers(genes)).toBeGreaterThanOrEqual(sizes[1]);
      expect(layers(genes)).toBeLessThanOrEqual(sizes.at(-2)!);
    }
    expect(await refusal(train({ limit: 1 }))).toContain('keeps the bounds: move them apart');
  });

  test('fairly has each operator equally often in each layer', async () => {
    const { sampled, metrics } = await bench.run(
      trainSupernet,
      { ...trainParams, space, updates: 2, operatorSampling: 'fair' },
      { corpus: data },
      ['checkpoint', 'sampled', 'metrics'],
    );
    expect(bench.read(metrics, 'metrics')).toHaveProperty('values.loss');
    const { candidates } = bench.read(sampled, 'sample-space') as { candidates: string[] };
    // Two operators, two updates: encoder and decoder have each once.
    const operators = candidates.map((genes) => architectureOf(space, parseGenes(space, genes)));
    for (const part of ['encoder', 'decoder'] as const) {
      expect(operators.map((architecture) => architecture[part].layers[0].operator).sort()).toEqual([
        'attention',
        'light',
      ]);
    }
  });
});

describe('a limit on latency', () => {
  test('is kept by every candidate; latencies that progress holds are taken as they are, and told', async () => {
    const candidates = await shrunk({ latencyLimit: 20 }, { progress: timed() });
    expect(candidates.map(({ network }) => JSON.stringify(network)).sort()).toEqual(names.slice(0, 2));
    for (const { network, latency } of candidates)
      expect(latency).toBe(10 * (names.indexOf(JSON.stringify(network)) + 1));
  });

  test('is kept by the subnet that a search finds', async () => {
    const { subnet } = await bench.run(search, { ...exploreParams, latencyLimit: 10 }, inputs, ['subnet', 'ranking'], {
      progress: timed(),
    });
    expect(JSON.stringify(bench.read(subnet, 'subnet').architecture)).toBe(names[0]);
  });

  test('that nothing keeps is one clear message with the least, together with other limits', async () => {
    expect(await refusal(shrunk({ latencyLimit: 5 }, { progress: timed() }))).toMatch(
      /^None of \d+ candidates has at most 5 ms a translation \(the least is 10\)\. Raise the limit,/,
    );
    expect(await refusal(shrunk({ latencyLimit: 5, limit: 1e6 }, { progress: timed() }))).toMatch(
      /has at most 1000000 parameters \(the least is \d+\) and at most 5 ms a translation \(the least is 10\)\. Raise the limits,/,
    );
    expect(await refusal(shrunk({ latencyLimit: 5, limit: 1 }))).toMatch(
      /has at most 1 parameters \(the least is \d+\) and at most 5 ms a translation\. Raise/,
    );
  });

  test('has each network measured once, also when the stage is killed and started again', async () => {
    const progress = bench.folder();
    const file = path.join(progress, 'latency.jsonl');
    await expect(shrunk({ latencyLimit: 1e6 }, { progress, killAt: 2 })).rejects.toThrow(Killed);
    const before = readFileSync(file, 'utf8');
    expect(before.trimEnd().split('\n')).toHaveLength(2);
    const candidates = await shrunk({ latencyLimit: 1e6 }, { progress });
    const after = readFileSync(file, 'utf8');
    expect(after.startsWith(before)).toBe(true);
    const measured = new Map(
      after
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line.slice(9)) as [string, number]),
    );
    expect([...measured.keys()].sort()).toEqual(names);
    expect(after.trimEnd().split('\n')).toHaveLength(4);
    for (const { network, latency } of candidates) expect(latency).toBe(measured.get(JSON.stringify(network)));
  });
});

describe('a budget that is penalised heavily', () => {
  test('of multiply-adds has all candidates ranked by theirs', async () => {
    const counts = names.map((name) => operationsOf(JSON.parse(name) as Architecture)).sort((a, b) => a - b);
    const candidates = await shrunk({ operationsBudget: counts[0] / 2, penalty: 1e6 });
    expect(candidates.map(({ operations }) => operations)).toEqual(counts);
    expect(candidates[0].latency).toBeUndefined();
  });

  test('of milliseconds has all ranked by latencies, which are told', async () => {
    const candidates = await shrunk({ latencyBudget: 5, penalty: 1e6 }, { progress: timed() });
    expect(candidates.map(({ network }) => JSON.stringify(network))).toEqual(names);
    expect(candidates.map(({ latency }) => latency)).toEqual(names.map((_, i) => 10 * (i + 1)));
  });
});

describe('predicted latency', () => {
  /** An encoder of attention takes 20 ms, any other 10. */
  function predictor(of: Space = space): string {
    const folder = bench.folder();
    const tree = { splits: [{ feature: 0, threshold: 0.5, left: -1, right: -2 }], leaves: [-5, 5] };
    const said = {
      summary: '',
      space: of,
      features: { set: 'mixed' as const, kept: ['encoder attention'] },
      rows: { train: 4, valid: 0, test: 0, noisy: 0 },
      error: { root: 0, percent: 0 },
      importance: [],
    };
    writePredictor(folder, said, { kind: 'trees', trees: { features: 1, base: 15, trees: [tree] } });
    return folder;
  }
  const explored = async (changes: object, folder?: string) => {
    const connected = folder === undefined ? inputs : { ...inputs, predictor: folder };
    const { ranking } = await bench.run(search, { ...exploreParams, ...changes }, connected, ['subnet', 'ranking']);
    return (bench.read(ranking, 'ranking') as { candidates: { genes: string; predictedLatency?: number }[] })
      .candidates;
  };

  test('rules out what a predictor says is beyond the limit or the floor, and is told', async () => {
    for (const [bound, operator, figure] of [
      [{ predictedLatencyLimit: 15 }, 'light', 10],
      [{ predictedLatencyFloor: 15 }, 'attention', 20],
    ] as const) {
      const candidates = await explored(bound, predictor());
      expect(candidates).toHaveLength(2);
      for (const { genes, predictedLatency } of candidates) {
        expect(architectureOf(space, parseGenes(space, genes)).encoder.layers[0].operator).toBe(operator);
        expect(predictedLatency).toBe(figure);
      }
    }
    expect((await explored({}, predictor()))[0]).not.toHaveProperty('predictedLatency');
  });

  test('says which limit none keeps, and asks for a predictor, of the same space', async () => {
    expect(await refusal(explored({ predictedLatencyLimit: 5 }, predictor()))).toMatch(
      'at most 5 ms a translation (predicted) (the least is 10)',
    );
    expect(await refusal(explored({ predictedLatencyLimit: 5 }))).toMatch('connect the input "predictor"');
    expect(await refusal(explored({ predictedLatencyLimit: 5 }, predictor({ ...space, widths: [16] })))).toMatch(
      'The predictor is of another search space',
    );
  });
});
