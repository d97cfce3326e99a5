import { type Loss, taughtBy } from '../model/loss.ts';
import type { TrainingState } from '../model/trainer.ts';
import { architectureOf, enlarged, type Genes, type Space } from '../nas/space.ts';

/** What each update of a supernet trains, by its number, from 1. */
export interface Lessons {
  genes(update: number): Genes;
  /** Absent: the loss of the training. */
  loss?(state: TrainingState, update: number): Loss | undefined;
}

/**
 * Updates take turns: an odd one trains the drawn operators at their largest sizes, the next the drawn subnet on what
 * that network predicts (after Yu and Huang 2019, who add up what both ask for in one update).
 * @param draw the subnet of each turn, from 1
 */
export function taughtByLargest(space: Space, draw: (turn: number) => Genes): Lessons {
  const drawn = (update: number) => draw(Math.ceil(update / 2));
  const largest = (update: number) => enlarged(space, drawn(update));
  const isLargest = (update: number) => update % 2 === 1;
  return {
    genes: (update) => (isLargest(update) ? largest(update) : drawn(update)),
    loss: ({ config, parameters }, update) =>
      isLargest(update) ? undefined : taughtBy(config, architectureOf(space, largest(update)), parameters),
  };
}
