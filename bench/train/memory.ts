import type { StepAnswer } from '../peers/protocol.ts';
import { Trainer, withTrainers } from '../peers/trainer.ts';
import type { Options } from '../support/arguments.ts';
import { interleavedMedians } from '../support/interleave.ts';
import { iwsltTypes, randomBatch } from '../support/model.ts';
import { besideTorch, length, sentences } from './step.ts';

/** With the one that is not counted: memory no longer grows after the second. */
const steps = 3;

/**
 * Largest resident memory of a process that makes one attention model and trains it for a
 * few steps, on the most threads.
 */
export async function compareMemory({ widths, threads }: Options): Promise<void> {
  const most = Math.max(...threads);
  for (const width of widths) {
    const sizes = { width, operator: 'attention' as const, types: iwsltTypes };
    const batch = randomBatch(sentences, length, iwsltTypes);
    await withTrainers(
      { ours: () => Trainer.ours(sizes, most), torch: () => Trainer.torch(sizes, most) },
      async (trainers) => {
        const last: Record<string, StepAnswer> = {};
        const step = (name: keyof typeof trainers) => async () =>
          (last[name] = await trainers[name].step(batch)).seconds;
        const seconds = await interleavedMedians({ ours: step('ours'), torch: step('torch') }, steps - 1);
        const memory = (name: keyof typeof trainers) =>
          `${(last[name].memory / 1e9).toFixed(2)} GB (${(trainers[name].opened.memory / 1e9).toFixed(2)} `
          + 'before the model)';
        console.log(
          `memory of a process, ${steps} steps at width ${width}, ${most} thread(s): ours ${memory('ours')}; `
            + `PyTorch ${memory('torch')}`,
        );
        console.log(`  there     ${besideTorch(seconds.ours, seconds.torch)}`);
      },
    );
  }
}
