import { beforeAll, describe, expect, test } from '@jest/globals';
import path from 'node:path';
import finetune from '../../stages/finetune.ts';
import search from '../../stages/search.ts';
import subnet from '../../stages/subnet.ts';
import trainSupernet from '../../stages/train-supernet.ts';
import { parametersOf } from '../../src/model/parameters.ts';
import { countParameters } from '../../src/nas/counts.ts';
import { architectureOf, extremeGenes, formatGenes, type Space } from '../../src/nas/space.ts';
import { readSafetensors } from '../../src/tensor/safetensors.ts';
import { readCheckpoint } from '../../src/artifacts/checkpoint.ts';
import { readDocument } from '../../src/artifacts/documents.ts';
import { refusal } from '../support/refusal.ts';
import { engines } from '../support/engines.ts';
import { exploreParams, finetuneParams, StageBench, tinySpace, trainParams } from '../support/stage-bench.ts';

const bench = new StageBench();
const data = bench.corpus();
const params = { kernels: [3, 5], norm: 'post', validationTokens: 20, labelSmoothing: 0.1 };
const outputs = {
  train: ['checkpoint', 'sampled', 'metrics'],
  search: ['subnet', 'ranking'],
  finetune: ['checkpoint', 'model', 'metrics'],
};
/** One network by its choices: a small Transformer. */
const transformer: Space = {
  widths: [8],
  ratios: [2],
  heads: [2],
  operators: ['attention'],
  activations: ['relu'],
  encoderLayers: 2,
  decoderLayers: [2],
  crossHeads: [2],
  spans: [1],
};

const read = (folder: string) => readDocument(folder, 'subnet');
const valuesOf = (folder: string) => readDocument(folder, 'metrics').values;

describe.each(engines.filter((engine) => engine !== 'cpu'))(
  'a network that is named by its genes, on the %s engine',
  (engine) => {
    let supernet: Record<string, string>;
    beforeAll(async () => {
      supernet = await bench.run(trainSupernet, { ...trainParams, updates: 8 }, { corpus: data }, outputs.train, {
        engine,
      });
    });

    test('has the loss that the search found for it, to the last bit; fine-tuning starts from that very loss', async () => {
      const inputs = { corpus: data, checkpoint: supernet.checkpoint };
      const found = await bench.run(search, exploreParams, { ...inputs, space: supernet.sampled }, outputs.search, {
        engine,
        stream: 'search',
      });
      const { genes, loss, validation, architecture } = read(found.subnet);
      const named = await bench.run(subnet, { ...params, genes }, inputs, ['subnet'], { engine, stream: 'search' });
      expect(read(named.subnet)).toMatchObject({ genes, loss, validation, architecture });
      const tuned = await bench.run(
        finetune,
        { ...finetuneParams, updates: 3 },
        { ...inputs, subnet: found.subnet },
        outputs.finetune,
        { engine, stream: 'finetune' },
      );
      expect(valuesOf(tuned.metrics).inherited).toBe(loss);
    });

    test('is a model with the weights that it inherits, when it is fine-tuned by no update', async () => {
      const inputs = { corpus: data, checkpoint: supernet.checkpoint };
      const named = await bench.run(subnet, { ...params, genes: 'largest' }, inputs, ['subnet'], { engine });
      const model = await bench.run(
        finetune,
        { ...finetuneParams, updates: 0 },
        { ...inputs, subnet: named.subnet },
        outputs.finetune,
        { engine },
      );
      const { before, after, averaged, ...others } = valuesOf(model.metrics);
      expect([after, averaged]).toEqual([before, before]);
      expect(others).toEqual({ inherited: read(named.subnet).loss });
      const theirs = readCheckpoint(supernet.checkpoint)
        .state.parameters.toHost()
        .weights.cut(parametersOf(readCheckpoint(model.checkpoint).document.model, read(named.subnet).architecture));
      for (const [name, { data: values }] of readSafetensors(path.join(model.model, 'weights.safetensors')).entries)
        expect(values).toEqual(theirs.get(name).data);
    });

    test('is not fine-tuned from weights that it was not found with', async () => {
      const named = await bench.run(
        subnet,
        { ...params, genes: 'largest' },
        { corpus: data, checkpoint: supernet.checkpoint },
        ['subnet'],
        { engine },
      );
      const other = await bench.run(
        trainSupernet,
        { ...trainParams, updates: 30, learningRate: 0.01 },
        { corpus: data },
        outputs.train,
        { engine },
      );
      expect(
        await refusal(
          bench.run(
            finetune,
            finetuneParams,
            { corpus: data, checkpoint: other.checkpoint, subnet: named.subnet },
            outputs.finetune,
            { engine },
          ),
        ),
      ).toMatch(
        /has a validation loss of \d\.\d{4}, and it was found with \d\.\d{4}: connect the checkpoint that it was searched with/,
      );
    });
  },
);

describe('a network without a supernet', () => {
  test('is the only one of a space with one choice of everything, and is trained from scratch', async () => {
    const named = await bench.run(subnet, { ...params, space: transformer }, { corpus: data }, ['subnet']);
    const document = read(named.subnet);
    const [architecture] = [architectureOf(transformer, extremeGenes(transformer).smallest)];
    expect(document).toMatchObject({ architecture, genes: '0'.repeat(document.genes.length) });
    expect(document.parameters).toEqual(
      countParameters(
        { sourceTypes: 16, targetTypes: 16, kernels: [3, 5], norm: 'post', dropout: 0, weightDropout: 0 },
        architecture,
      ),
    );
    expect(document.loss).toBeUndefined();
    const trained = await bench.run(
      finetune,
      { ...finetuneParams, updates: 60, maxTokens: 48, warmup: 5, learningRate: 0.01, dropout: 0 },
      { corpus: data, subnet: named.subnet },
      outputs.finetune,
    );
    const { before, after } = valuesOf(trained.metrics);
    expect(after).toBeLessThan(before - 0.3);
    expect(readDocument(trained.model, 'model').model).toMatchObject({ norm: 'post', kernels: [3, 5] });
  });

  test('must be named where the space holds several', async () => {
    expect(await refusal(bench.run(subnet, { ...params, space: tinySpace }, { corpus: data }, ['subnet']))).toContain(
      'more than one network (encoder width: 8, 16)',
    );
    expect(await refusal(bench.run(subnet, params, { corpus: data }, ['subnet']))).toContain(
      'no genes without a space',
    );
    expect(
      await refusal(bench.run(subnet, { ...params, space: tinySpace, genes: '01' }, { corpus: data }, ['subnet'])),
    ).toMatch(/"genes" is none of this space's: Genes of 2 digits/);
    const { smallest } = extremeGenes(tinySpace);
    const named = await bench.run(subnet, { ...params, space: tinySpace, genes: 'smallest' }, { corpus: data }, [
      'subnet',
    ]);
    expect(read(named.subnet).genes).toBe(formatGenes(smallest));
  });
});
