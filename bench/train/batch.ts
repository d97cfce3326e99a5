import { existsSync } from 'node:fs';
import type { Batch } from '../../src/model/batch.ts';
import { special } from '../../src/model/architecture.ts';
import { Trainer, withTrainers } from '../peers/trainer.ts';
import type { Options } from '../support/arguments.ts';
import { corpusOf, type TrainingCorpus } from '../support/corpus.ts';
import { interleave } from '../support/interleave.ts';
import { median } from '../support/statistics.ts';

/** Of a turn. Each turn has batches of its own, as in training: no engine meets the same sizes again and again. */
const batchesOfTurn = 2;

/**
 * Training steps on a corpus's own batches: sentences of similar length together up to 4,096 tokens, padded, in the
 * order in which the training stage takes them. PyTorch gets the same ids and padding, and its padding masks.
 */
export async function compareBatches({ widths, threads, rounds, data }: Options): Promise<void> {
  if (!existsSync(data)) {
    console.log(
      `batches of a corpus: skipped, there is no folder ${data}; give data=FOLDER with train.de, train.en, `
        + 'valid.de … (packed or not)',
    );
    return;
  }
  const corpus = await corpusOf(data);
  const turns = Array.from({ length: rounds + 1 }, () => Array.from({ length: batchesOfTurn }, () => corpus.next()));
  const counted = turns.slice(1).flat();
  console.log(
    `${counted.length} batches of ${data}, dictionaries of ${corpus.types.join(' and ')}: `
      + `${counted.reduce((sum, { size }) => sum + size, 0)} sentences, `
      + `padding ${share(counted, 'source')} of the sources, ${share(counted, 'target')} of the targets`,
  );
  for (const width of widths) await compareTurns(corpus, turns, width, Math.max(...threads));
}

async function compareTurns(
  { types }: TrainingCorpus,
  turns: readonly Batch[][],
  width: number,
  threads: number,
): Promise<void> {
  const sizes = { width, operator: 'attention' as const, types };
  await withTrainers(
    { ours: () => Trainer.ours(sizes, threads), torch: () => Trainer.torch(sizes, threads) },
    async ({ ours, torch }) => {
      const seconds = await interleave(
        { ours: throughTurns(ours, turns), torch: throughTurns(torch, turns) },
        turns.length - 1,
      );
      const targetTokens = turns.slice(1).map((turn) => turn.reduce((sum, { tokens }) => sum + tokens, 0));
      const rate = (side: 'ours' | 'torch') =>
        median(targetTokens.map((tokens, turn) => tokens / seconds[side][turn])).toFixed(0);
      const ratio = median(seconds.ours.map((time, turn) => seconds.torch[turn] / time));
      console.log(
        `  width ${width}, ${threads} thread(s), medians of ${targetTokens.length}: ours ${rate('ours')} target `
          + `tokens/s; PyTorch ${rate('torch')}; ratio ${ratio.toFixed(2)}`,
      );
    },
  );
}

/** Each call trains on the next turn's batches and gives the seconds. */
function throughTurns(trainer: Trainer, turns: readonly Batch[][]): () => Promise<number> {
  let next = 0;
  return async () => {
    let seconds = 0;
    for (const batch of turns[next++]) seconds += (await trainer.step(batch)).seconds;
    return seconds;
  };
}

function share(batches: readonly Batch[], side: 'source' | 'target'): string {
  const count = (counts: (id: number) => boolean) =>
    batches.reduce((sum, batch) => sum + batch[side].filter(counts).length, 0);
  return `${((100 * count((id) => id === special.padding)) / count(() => true)).toFixed(1)} %`;
}
