import { beforeAll, describe, expect, test } from '@jest/globals';
import type { RankingQualityDocument, TrainingsDocument } from '../../schemas/types.ts';
import { readCheckpoint, readSupernet } from '../../src/artifacts/checkpoint.ts';
import { readDocument } from '../../src/artifacts/documents.ts';
import { drawSample, sampleOf } from '../../src/batching/validation-sample.ts';
import { isIn } from '../../src/benchmark/halves.ts';
import { validationLoss } from '../../src/model/validation.ts';
import { architectureOf, parseGenes } from '../../src/nas/space.ts';
import { StageError } from '../../src/runner/stage.ts';
import { kendallTau } from '../../src/statistics/kendall.ts';
import { adaptedLoss } from '../../src/training/adapted-loss.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import rankNetworks from '../../stages/rank-networks.ts';
import trainSupernet from '../../stages/train-supernet.ts';
import { inventedTrainings } from '../benchmark/trainings.ts';
import { StageBench, tinySpace, trainParams } from '../support/stage-bench.ts';

const bench = new StageBench();
const data = bench.corpus();
const params = {
  half: 'all',
  adaptUpdates: 0,
  bins: 3,
  resamples: 200,
  validationTokens: 20,
  labelSmoothing: 0.1,
  smoothing: 'dictionary',
};
const random = new RandomStream(1, 'losses');
const [truth, noise] = [30, 120].map((count) => Array.from({ length: count }, () => random.normal()));
/** Early losses say something of the final ones, which differ from seed to seed. */
const trainings = inventedTrainings(30, (network, seed) => ({
  early: truth[network] + noise[network + 30 * seed],
  final: 9 + truth[network] + noise[4 * network + seed] / 3,
}));
const rank = async (changed: object, inputs: Record<string, string> = {}, content: TrainingsDocument = trainings) => {
  const connected = { trainings: bench.document('trainings', content), ...inputs };
  const { quality } = await bench.run(rankNetworks, { ...params, ...changed }, connected, ['quality']);
  return readDocument(quality, 'ranking-quality');
};
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const genesOf = ({ scatter }: RankingQualityDocument) => scatter.map(({ genes }) => genes);

describe('losses with inherited weights', () => {
  let supernet: Record<string, string>;
  let quality: RankingQualityDocument;
  beforeAll(async () => {
    const outputs = ['checkpoint', 'sampled', 'metrics'];
    supernet = await bench.run(trainSupernet, { ...trainParams, updates: 9 }, { corpus: data }, outputs);
    quality = await rank({}, { corpus: data, checkpoint: supernet.checkpoint });
  });

  test('are those of the supernet on a sample of the stage, beside mean final losses', () => {
    const { document, state } = readCheckpoint(supernet.checkpoint);
    const batches = drawSample(data, sampleOf({ value: 1, stream: 'stage' }, 20, 0.1), 4096);
    const tokens = batches.reduce((sum, batch) => sum + batch.tokens, 0);
    expect(quality.predictor).toEqual({ kind: 'supernet', updates: 9, tokens });
    expect(quality.scatter).toHaveLength(30);
    quality.scatter.forEach(({ genes, predicted, final, width, parameters }, network) => {
      const rows = trainings.rows.slice(3 * network, 3 * network + 3);
      expect(genes).toBe(rows[0].genes);
      const architecture = architectureOf(tinySpace, parseGenes(tinySpace, genes));
      const loss = validationLoss(document.model, architecture, state.parameters, batches, 0.1).smoothed;
      expect(predicted).toBeCloseTo(loss, 5);
      expect(final).toBeCloseTo(mean(rows.map((row) => row.final)), 12);
      expect([width, parameters]).toEqual([architecture.decoder.width, rows[0].parameters.layers]);
    });
  });

  test('after a few updates of each network are those that a search would rank by', async () => {
    const adapted = await rank({ adaptUpdates: 3 }, { corpus: data, checkpoint: supernet.checkpoint });
    const { scatter } = adapted;
    const start = readSupernet(supernet.checkpoint, '');
    const validation = drawSample(data, sampleOf({ value: 1, stream: 'stage' }, 20, 0.1), 4096);
    const seed = { value: 1, stream: 'stage' };
    const terms = { updates: 3, corpus: data, validation, labelSmoothing: 0.1, partTokens: 4096, seed };
    const lossOf = adaptedLoss(start, terms);
    scatter.slice(0, 5).forEach(({ genes, predicted }, i) => {
      expect(predicted).toBeCloseTo(lossOf(architectureOf(tinySpace, parseGenes(tinySpace, genes))), 5);
      expect(predicted).not.toBeCloseTo(quality.scatter[i].predicted, 3);
    });
  });

  test('are correlated with them, within decoder widths and within bins of size too', () => {
    const { scatter, tau } = quality;
    const measures = { predicted: scatter.map((one) => one.predicted), actual: scatter.map((one) => one.final) };
    const sizes = scatter.map(({ parameters }) => parameters);
    const extent = (Math.max(...sizes) - Math.min(...sizes)) / 3;
    const bins = sizes.map((size) => Math.min(2, Math.floor((size - Math.min(...sizes)) / extent)));
    expect(tau.overall!.value).toBeCloseTo(kendallTau(measures)!, 12);
    expect(tau.withinWidth!.value).toBeCloseTo(
      kendallTau(
        measures,
        scatter.map(({ width }) => width),
      )!,
      12,
    );
    expect(tau.withinSize!.value).toBeCloseTo(kendallTau(measures, bins)!, 12);
    for (const { value, low, high } of [tau.overall!, tau.withinWidth!, tau.withinSize!]) {
      expect(low).toBeLessThan(value);
      expect(high).toBeGreaterThan(value);
    }
  });

  test('choose networks: recall of the best tenth, and regret of one of all', () => {
    const { scatter, recall, choices } = quality;
    const by = (key: 'predicted' | 'final') => scatter.toSorted((a, b) => a[key] - b[key]);
    const best = by('final').slice(0, 3);
    expect(recall).toEqual({
      of: 3,
      found: by('predicted')
        .slice(0, 3)
        .filter((one) => best.includes(one)).length,
    });
    expect(choices.map(({ of }) => of)).toEqual([1, 2, 4, 8, 16, 30]);
    expect(choices[0]).toMatchObject({
      chosen: expect.closeTo(mean(scatter.map(({ final }) => final)), 10),
      regret: 0,
    });
    const [chosen, least] = [by('predicted')[0].final, best[0].final];
    expect(choices.at(-1)).toEqual({ of: 30, chosen, best: least, regret: chosen - least });
  });

  test('are refused of a supernet that does not fit', async () => {
    const refusal = (run: Promise<unknown>) => expect(run).rejects;
    const inputs = { corpus: data, checkpoint: supernet.checkpoint };
    await refusal(rank({}, { checkpoint: supernet.checkpoint })).toThrow('connect the corpus');
    const wider = inventedTrainings(3, () => ({ early: 1, final: 1 }), { space: { ...tinySpace, ratios: [1, 3] } });
    await refusal(rank({}, inputs, wider)).toThrow(
      /trained in another space than the supernet: theirs is .*"ratios":\[1,3\]/,
    );
    await refusal(rank({ at: 5 }, inputs)).toThrow('Either a supernet ranks or the loss after "at" updates');
    await refusal(rank({})).toThrow('Nothing ranks the networks');
    await refusal(rank({})).toThrow(StageError);
  });
});

describe('short training', () => {
  test('ranks by each seed, beside the mean of what the others come to', async () => {
    const { predictor, tau, seeds, scatter } = await rank({ at: 5 });
    expect({ predictor, seeds }).toEqual({ predictor: { kind: 'training', updates: 5 }, seeds: [1, 2, 3] });
    const rowsOf = (seed: number) => trainings.rows.filter((row) => row.seed === seed);
    const taus = [1, 2, 3].map((seed) => {
      const [a, b] = [1, 2, 3].filter((other) => other !== seed).map(rowsOf);
      const predicted = rowsOf(seed).map(({ curve }) => curve[0][1]);
      return kendallTau({ predicted, actual: a.map(({ final }, i) => (final + b[i].final) / 2) })!;
    });
    expect(tau.overall!.value).toBeCloseTo(mean(taus), 12);
    const pairs = [[1, 2], [1, 3], [2, 3]]; // prettier-ignore
    const ceilings = pairs.map(([a, b]) =>
      kendallTau({ predicted: rowsOf(a).map(({ final }) => final), actual: rowsOf(b).map(({ final }) => final) })!,
    );
    expect(tau.ceiling).toBeCloseTo(mean(ceilings), 12);
    expect(scatter[7].predicted).toBeCloseTo(mean(trainings.rows.slice(21, 24).map(({ curve }) => curve[0][1])), 12);
  });

  test('at the end ranks about as well as one seed ranks another, and earlier worse', async () => {
    const [early, late] = [await rank({ at: 5 }), await rank({ at: 20 })];
    expect(late.tau.overall!.value).toBeGreaterThanOrEqual(late.tau.ceiling!);
    expect(early.tau.overall!.value).toBeLessThan(late.tau.overall!.value);
    expect(early.choices.at(-1)!.regret).toBeGreaterThan(late.choices.at(-1)!.regret);
  });

  test('of one seed has no ceiling', async () => {
    const single = inventedTrainings(5, (network) => ({ early: network, final: network }), { seeds: [4] });
    const { tau } = await rank({ at: 5 }, {}, single);
    expect(tau.overall!.value).toBe(1);
    expect(tau.ceiling).toBeUndefined();
  });

  test('is only known where the curves have a point', async () => {
    await expect(rank({ at: 6 })).rejects.toThrow('"at" is 6, and the curves have points at 5, 20: give one of these.');
  });
});

describe('halves', () => {
  test('hold all networks between them, none in both, and the same ones in any pool', async () => {
    const [choose, report] = [await rank({ at: 5, half: 'choose' }), await rank({ at: 5, half: 'report' })];
    expect([...genesOf(choose), ...genesOf(report)].sort()).toEqual(
      [...new Set(trainings.rows.map(({ genes }) => genes))].sort(),
    );
    expect([choose.half, choose.networks]).toEqual(['choose', genesOf(choose).length]);
    const fewer = { ...trainings, rows: trainings.rows.slice(0, 45) };
    for (const genes of genesOf(await rank({ at: 5, half: 'choose' }, {}, fewer)))
      expect(genesOf(choose)).toContain(genes);
  });

  test('do not change from one version to the next', () => {
    // By `printf %s GENES | sha256sum`: 8af68f0d… and 5feceb66…, of which the first byte decides.
    const [lite, zero] = ['231003100310021310010310010310010', '0'];
    expect([isIn('choose', lite), isIn('report', lite)]).toEqual([false, true]);
    expect([isIn('choose', zero), isIn('report', zero)]).toEqual([true, false]);
  });

  test('of fewer than two networks are refused', async () => {
    const one = { ...trainings, rows: trainings.rows.slice(0, 3) };
    await expect(rank({ at: 5 }, {}, one)).rejects.toThrow('The half "all" holds 1 of 1 networks');
  });
});
