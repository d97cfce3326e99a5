import { beforeAll, describe, expect, test } from '@jest/globals';
import { cpSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import bleu from '../../stages/bleu.ts';
import choose from '../../stages/choose.ts';
import divergence from '../../stages/divergence.ts';
import losses from '../../stages/losses.ts';
import rankNetworks from '../../stages/rank-networks.ts';
import subnetStage from '../../stages/subnet.ts';
import type { CheckpointDocument, TrainingsDocument } from '../../schemas/types.ts';
import { trainedCorpus } from '../../src/benchmark/trained-corpus.ts';
import { inventedTrainings } from '../benchmark/trainings.ts';
import finetune from '../../stages/finetune.ts';
import search from '../../stages/search.ts';
import shrink from '../../stages/shrink.ts';
import trainSupernet from '../../stages/train-supernet.ts';
import { countParameters } from '../../src/nas/counts.ts';
import { architectureOf, extremeGenes, formatGenes, parseGenes } from '../../src/nas/space.ts';
import { refusal } from '../support/refusal.ts';
import { exploreParams, finetuneParams, StageBench, tinySpace, trainParams } from '../support/stage-bench.ts';

const bench = new StageBench();
const outputs = {
  train: ['checkpoint', 'sampled', 'metrics'],
  shrink: ['space', 'ranking'],
  search: ['subnet', 'ranking'],
  finetune: ['checkpoint', 'model', 'metrics'],
};
const data = bench.corpus();
const short = { ...trainParams, updates: 6 };
let supernet: Record<string, string>;
let finetuned: Record<string, string>;

beforeAll(async () => {
  supernet = await bench.run(trainSupernet, short, { corpus: data }, outputs.train);
  const subnet = bench.document('subnet', {
    architecture: architectureOf(tinySpace, extremeGenes(tinySpace).smallest),
  });
  finetuned = await bench.run(
    finetune,
    { ...finetuneParams, updates: 2 },
    { corpus: data, checkpoint: supernet.checkpoint, subnet },
    outputs.finetune,
  );
});

describe('artifacts that do not belong together are refused', () => {
  // Of the same sizes throughout: only what the files hold tells them apart.
  const others = {
    'the source dictionary is': { letters: 'ijklmnop' },
    'the languages are en–de in one and de–en in the other': { languages: { source: 'en', target: 'de' } },
    'the text is as written in one and lowercased in the other': { lowercase: false },
    'the BPE codes are': { merges: [['a', 'b</w>']] as [string, string][] },
  };
  for (const [difference, changed] of Object.entries(others)) {
    test(`a corpus where ${difference}, wherever a corpus meets a network`, async () => {
      const inputs = { corpus: bench.corpus(changed), checkpoint: supernet.checkpoint };
      const genes = formatGenes(extremeGenes(tinySpace).smallest);
      const subnet = bench.document('subnet', {
        architecture: architectureOf(tinySpace, extremeGenes(tinySpace).smallest),
      });
      const model = { corpus: inputs.corpus, model: finetuned.model };
      const trainings = bench.document(
        'trainings',
        inventedTrainings(2, () => ({ early: 2, final: 1 })),
      );
      const rank = { half: 'all', bins: 1, resamples: 1, adaptUpdates: 0, validationTokens: 20, labelSmoothing: 0.1 };
      const ranking = bench.document('ranking', { candidates: [{ genes }] });
      const choice = { pool: 1, rungs: [{ updates: 1, keep: 1 }], validationTokens: 20, named: [], averageEpochs: 1 };
      for (const message of [
        await refusal(bench.run(trainSupernet, short, inputs, outputs.train)),
        await refusal(
          bench.run(shrink, { ...exploreParams, arm: 'top' }, { ...inputs, sampled: supernet.sampled }, outputs.shrink),
        ),
        await refusal(bench.run(search, exploreParams, { ...inputs, space: supernet.sampled }, outputs.search)),
        await refusal(bench.run(subnetStage, { genes, validationTokens: 20 }, inputs, ['subnet'])),
        await refusal(bench.run(finetune, finetuneParams, { ...inputs, subnet }, outputs.finetune)),
        await refusal(bench.run(divergence, { validationTokens: 20, subnets: 2 }, inputs, ['divergence'])),
        await refusal(bench.run(choose, choice, { ...inputs, ranking }, ['subnet', 'checkpoint', 'rungs', 'front'])),
        await refusal(bench.run(rankNetworks, rank, { ...inputs, trainings }, ['quality'])),
        await refusal(bench.run(bleu, { split: 'test', beam: 1, nBest: 1 }, model, ['bleu', 'translations'])),
        await refusal(bench.run(losses, { splits: ['test'], labelSmoothing: 0.1 }, model, ['losses'])),
      ])
        expect(message).toMatch(
          new RegExp(`^The inputs "corpus" \\(\\d+\\) and "(checkpoint|model)" \\(\\d+\\) do not .*${difference}`),
        );
    });
  }

  test('trainings on pairs of another corpus, though it has the same dictionaries and sizes', async () => {
    const trainings = (corpus: TrainingsDocument['corpus']) =>
      bench.document('trainings', {
        ...inventedTrainings(2, () => ({ early: 2, final: 1 })),
        model: { norm: 'post', kernels: [3, 5] },
        corpus,
      });
    const rank = (on: string, log?: (message: string) => void) =>
      bench.run(
        rankNetworks,
        { half: 'all', bins: 1, resamples: 1, adaptUpdates: 0, validationTokens: 20, labelSmoothing: 0.1 },
        { corpus: data, checkpoint: supernet.checkpoint, trainings: on },
        ['quality'],
        { log },
      );
    const own = trainedCorpus(data);
    await rank(trainings(own));
    expect(await refusal(rank(trainings({ ...own, train: own.valid })))).toMatch(
      /^The trainings are of another corpus than the input "corpus": the pairs of train are others\. Connect/,
    );
    const said: string[] = [];
    await rank(trainings(undefined), (message) => said.push(message));
    expect(said).toContain(
      "The trainings do not say which corpus they are of: whether it is this stage's cannot be known.",
    );
  });

  test('weights of a checkpoint that has the shapes of the model, and other activations', async () => {
    const folder = bench.folder();
    cpSync(finetuned.checkpoint, folder, { recursive: true });
    const document = bench.read(folder, 'checkpoint') as unknown as CheckpointDocument;
    document.architecture!.encoder.layers[0].activation = 'swish';
    writeFileSync(path.join(folder, 'checkpoint.json'), JSON.stringify(document));
    const inputs = { corpus: data, model: finetuned.model, checkpoint: folder };
    expect(await refusal(bench.run(losses, { splits: ['test'], labelSmoothing: 0.1 }, inputs, ['losses']))).toMatch(
      /^The inputs "model" and "checkpoint" are not of one network: the architecture of the checkpoint/,
    );
  });

  test('a sample space of another search space', async () => {
    const space = bench.document('sample-space', { space: { ...tinySpace, ratios: [1, 3] }, candidates: null });
    const inputs = { corpus: data, checkpoint: supernet.checkpoint };
    expect(await refusal(bench.run(trainSupernet, short, { ...inputs, space }, outputs.train))).toContain(
      'another search space',
    );
    expect(
      await refusal(bench.run(shrink, { ...exploreParams, arm: 'top' }, { ...inputs, sampled: space }, outputs.shrink)),
    ).toContain('another search space');
  });

  test('a subnet that the supernet does not hold', async () => {
    const wider = { ...tinySpace, widths: [8, 32] };
    const subnet = bench.document('subnet', { architecture: architectureOf(wider, extremeGenes(wider).largest) });
    expect(
      await refusal(
        bench.run(
          finetune,
          finetuneParams,
          { corpus: data, checkpoint: supernet.checkpoint, subnet },
          outputs.finetune,
        ),
      ),
    ).toMatch(/needs "encoder.embedding.weight" in shape \[16,32\], and the supernet has \[16,16\]/);
  });

  test('no update of a network that inherits nothing', async () => {
    const subnet = bench.document('subnet', {
      architecture: architectureOf(tinySpace, extremeGenes(tinySpace).smallest),
      model: { norm: 'post', kernels: [3] },
    });
    const message = /^"updates": 0 gives the inherited weights as they are, and nothing is inherited/;
    expect(
      await refusal(bench.run(finetune, { ...finetuneParams, updates: 0 }, { corpus: data, subnet }, outputs.finetune)),
    ).toMatch(message);
    expect(
      await refusal(
        bench.run(
          finetune,
          { ...finetuneParams, updates: 0, inherit: false },
          { corpus: data, subnet, checkpoint: supernet.checkpoint },
          outputs.finetune,
        ),
      ),
    ).toMatch(message);
  });

  test('a corpus without validation, before anything is trained', async () => {
    expect(
      await refusal(bench.run(trainSupernet, short, { corpus: bench.corpus({ valid: 0 }) }, outputs.train)),
    ).toContain('no validation pairs');
  });
});

describe('a hard limit on parameters', () => {
  const layers = (model: object, genes: string) =>
    countParameters(
      model as Parameters<typeof countParameters>[0],
      architectureOf(tinySpace, parseGenes(tinySpace, genes)),
    ).layers;

  test('is kept by every subnet of a shrunk space', async () => {
    const { space } = await bench.run(
      shrink,
      { ...exploreParams, arm: 'evolution', limit: 5000 },
      { corpus: data, checkpoint: supernet.checkpoint, sampled: supernet.sampled },
      outputs.shrink,
    );
    const { model } = bench.read(supernet.checkpoint, 'checkpoint') as { model: object };
    const { candidates } = bench.read(space, 'sample-space') as { candidates: string[] };
    expect(candidates.length).toBeGreaterThan(3);
    for (const genes of candidates) expect(layers(model, genes)).toBeLessThanOrEqual(5000);
  });

  test('that nothing keeps is one clear message', async () => {
    const run = bench.run(
      shrink,
      { ...exploreParams, arm: 'evolution', limit: 10 },
      { corpus: data, checkpoint: supernet.checkpoint, sampled: supernet.sampled },
      outputs.shrink,
    );
    expect(await refusal(run)).toMatch(/None of \d+ candidates has at most 10 parameters/);
  });
});

describe('the arms of shrinking', () => {
  const shrunk = async (arm: string) => {
    const { space, ranking } = await bench.run(
      shrink,
      { ...exploreParams, population: 4, arm },
      { corpus: data, checkpoint: supernet.checkpoint, sampled: supernet.sampled },
      outputs.shrink,
    );
    return {
      candidates: bench.read(space, 'sample-space').candidates as string[] | null,
      ranking: bench.read(ranking, 'ranking'),
    };
  };

  test('naive keeps the whole space and evaluates nothing', async () => {
    expect(await shrunk('naive')).toMatchObject({ candidates: null, ranking: { evaluations: 0, candidates: [] } });
  });

  test('top keeps the best n of the sampled, evolution a population, reduction the share of its parents', async () => {
    const sampled = bench.read(supernet.sampled, 'sample-space').candidates as string[];
    const top = await shrunk('top');
    expect(top.candidates).toHaveLength(4);
    top.candidates!.forEach((genes) => expect(sampled).toContain(genes));
    const evolution = await shrunk('evolution');
    expect(evolution.candidates).toHaveLength(4);
    const reduction = await shrunk('reduction');
    expect(reduction.candidates).toEqual(evolution.candidates!.slice(0, 1));
  });
});
