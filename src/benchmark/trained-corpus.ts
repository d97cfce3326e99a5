import type { TrainingsDocument } from '../../schemas/types.ts';
import { differences, formOfCorpus } from '../artifacts/text-form.ts';
import { splitDigest } from '../batching/whole-split.ts';
import { type EventSink, StageError } from '../runner/stage.ts';

/** What networks are trained and measured on. */
export type TrainedCorpus = NonNullable<TrainingsDocument['corpus']>;

/** A corpus as `trainings` artifacts name it. */
export function trainedCorpus(folder: string): TrainedCorpus {
  return { ...formOfCorpus(folder), train: splitDigest(folder, 'train'), valid: splitDigest(folder, 'valid') };
}

/**
 * Refuses a corpus that is not the one of trainings, and warns where these do not say which theirs is.
 * @param name of the trainings, as the subject of a sentence
 * @throws StageError that says what differs
 */
export function checkTrainedCorpus(
  name: string,
  { corpus: theirs }: TrainingsDocument,
  folder: string,
  events: EventSink,
): void {
  if (!theirs) {
    events.log(`${name} do not say which corpus they are of: whether it is this stage's cannot be known.`, 'warning');
    return;
  }
  const own = trainedCorpus(folder);
  const differing = differences(theirs, own);
  for (const split of ['train', 'valid'] as const)
    if (theirs[split] !== own[split]) differing.push(`the pairs of ${split} are others`);
  if (differing.length === 0) return;
  throw new StageError(
    `${name} are of another corpus than the input "corpus": ${differing.join('; ')}. Connect the corpus that they were made on.`,
  );
}
