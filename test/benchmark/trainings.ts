import type { TrainingsDocument } from '../../schemas/types.ts';
import { countParameters } from '../../src/nas/counts.ts';
import { architectureOf, formatGenes, sampleGenes, type Space } from '../../src/nas/space.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { tinySpace } from '../support/stage-bench.ts';

export const tinyForm = { norm: 'post' as const, kernels: [3, 5] };

/** Trainings of random networks that were never trained: losses are those that `lossOf` invents for the test. */
export function inventedTrainings(
  count: number,
  lossOf: (network: number, seed: number) => { early: number; final: number },
  { seeds = [1, 2, 3], space = tinySpace }: { seeds?: number[]; space?: Space } = {},
): TrainingsDocument {
  const random = new RandomStream(1, 'invented');
  const config = { sourceTypes: 16, targetTypes: 16, ...tinyForm, dropout: 0, weightDropout: 0 };
  const genes = new Set<string>();
  while (genes.size < count) genes.add(formatGenes(sampleGenes(space, random)));
  return {
    summary: 'invented',
    space,
    model: tinyForm,
    settings: {
      updates: 20,
      averageEpochs: 1,
      maxTokens: 48,
      learningRate: 0.01,
      initialRate: 0,
      warmup: 0,
      labelSmoothing: 0.1,
      weightDecay: 0,
      clipNorm: 0,
      dropout: 0,
      attentionDropout: 0,
      weightDropout: 0,
    },
    validation: { tokens: 10, sentences: 2 },
    rows: [...genes].flatMap((text, network) =>
      seeds.map((seed) => {
        const { early, final } = lossOf(network, seed);
        const parameters = countParameters(config, architectureOf(space, [...text].map(Number)));
        const curve = [[5, early], [20, final]]; // prettier-ignore
        return { genes: text, seed, parameters, operations: 1, curve, final, seconds: 1 };
      }),
    ),
  };
}
