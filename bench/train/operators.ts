import { operatorNames, type Operator } from '../../src/model/mixing/operators.ts';
import { Trainer, withTrainers } from '../peers/trainer.ts';
import type { Options } from '../support/arguments.ts';
import { interleavedMedians } from '../support/interleave.ts';
import { iwsltTypes, randomBatch } from '../support/model.ts';
import { besideTorch, length, sentences } from './step.ts';

/**
 * A training step with each of the other operatorNames beside our attention's, and beside PyTorch: it has none of them
 * built in, the peer's are written with its operatorNames. At the largest width, on the most threads.
 */
export async function compareOperators({ widths, threads, rounds }: Options): Promise<void> {
  const [width, most] = [Math.max(...widths), Math.max(...threads)];
  const fewer = Math.min(rounds, 3);
  console.log(`operatorNames at width ${width}, ${most} thread(s), medians of ${fewer}`);
  for (const operator of operatorNames.filter((name) => name !== 'attention'))
    await compareOperator(operator, width, most, fewer);
}

async function compareOperator(operator: Operator, width: number, threads: number, rounds: number): Promise<void> {
  const sizes = (name: Operator) => ({ width, operator: name, types: iwsltTypes });
  const batch = randomBatch(sentences, length, iwsltTypes);
  await withTrainers(
    {
      ours: () => Trainer.ours(sizes(operator), threads),
      torch: () => Trainer.torch(sizes(operator), threads),
      attention: () => Trainer.ours(sizes('attention'), threads),
    },
    async ({ ours, torch, attention }) => {
      const seconds = await interleavedMedians(
        {
          ours: async () => (await ours.step(batch)).seconds,
          torch: async () => (await torch.step(batch)).seconds,
          attention: async () => (await attention.step(batch)).seconds,
        },
        rounds,
      );
      console.log(
        `  ${operator.padEnd(13)} ${besideTorch(seconds.ours, seconds.torch)}; our attention's time over it `
          + `${(seconds.attention / seconds.ours).toFixed(2)}`,
      );
    },
  );
}
