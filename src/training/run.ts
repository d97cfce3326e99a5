import type { Checkpoint } from '../artifacts/checkpoint.ts';
import type { Series } from '../artifacts/metrics.ts';
import type { TrainingBatches } from '../batching/training-batches.ts';
import type { Architecture } from '../model/architecture.ts';
import { type Loss, smoothedCrossEntropyLoss } from '../model/loss.ts';
import { type TrainingState, trainUpdate } from '../model/trainer.ts';
import type { PartContext, Seed } from '../runner/stage.ts';
import { trainingOptions } from './options.ts';
import { loadProgress, saveProgress } from './progress.ts';
import { ProgressReports } from './reports.ts';

export interface TrainingRun {
  /** Of the stage, or of the part of one, that trains. */
  context: Pick<PartContext, 'events' | 'progress'>;
  seed: Seed;
  /** Where training starts; changed in place. */
  start: Checkpoint;
  /** Updates of this stage. */
  updates: number;
  batches: TrainingBatches;
  partTokens: number;
  /** What is made small; by default the label-smoothed cross-entropy that the checkpoint's settings name. */
  loss?: Loss;
  /** Another loss for an update, where it has one. */
  lossOf?: (state: TrainingState, update: number) => Loss | undefined;
  /** The network that update `update` (over all stages) trains. */
  architectureOf: (update: number) => Architecture;
  /** Figures of the network or networks, by name: each becomes a series. */
  validate?: (state: TrainingState) => Record<string, number>;
  /** After which updates of this stage, beside the last, there is something to validate; by default at epochs' ends. */
  validatesAfter?: (done: number, epochEnds: boolean) => boolean;
  /** Called at the end of each epoch; what it keeps must lie in the progress folder. */
  onEpoch?: (checkpoint: Checkpoint) => void;
  /** Between two saves of progress: little is lost when a stage is killed, and little time spent on saving. */
  saveEveryMs?: number;
}

export interface TrainingResult {
  checkpoint: Checkpoint;
  /** By name: `loss`, its mean over each of about 200 stretches of the stage, and what `validate` gave. */
  series: Record<string, Series>;
  /** Wall time of all updates and validations, those before an interruption included as far as they were saved. */
  seconds: number;
}

const oneMinute = 60_000;

/**
 * Makes a stage's updates, saving progress from time to time; a stage that was killed goes on from its last save, and
 * its results are the same to the last bit.
 */
export function runTraining(run: TrainingRun): TrainingResult {
  const {
    context: { events, progress },
    updates,
    batches,
    saveEveryMs = oneMinute,
    validatesAfter = (_, epochEnds) => epochEnds,
  } = run;
  const first = run.start.state.updates;
  const saved = loadProgress(progress);
  const checkpoint = saved?.checkpoint ?? run.start;
  const series = saved?.series ?? { loss: [] };
  const { document, state } = checkpoint;
  if (saved) events.log(`resuming after ${state.updates - first} of ${updates} updates`);
  const options = trainingOptions(
    document.training,
    run.loss ?? smoothedCrossEntropyLoss(document.training.labelSmoothing),
    run.seed,
  );
  const stretch = Math.max(1, Math.round(updates / 200));
  const recent = saved?.recent ?? { loss: 0, tokens: 0 };
  const reports = new ProgressReports(events, updates);
  let savedAt = Date.now();
  const began = performance.now();
  const seconds = () => (saved?.seconds ?? 0) + (performance.now() - began) / 1000;

  const validate = () => {
    if (!run.validate) return;
    const figures = run.validate(state);
    for (const [name, figure] of Object.entries(figures)) (series[name] ??= []).push([state.updates, figure]);
    events.metric({ update: state.updates, ...figures });
  };
  if (updates === 0) validate();
  while (state.updates < first + updates) {
    const architecture = run.architectureOf(state.updates + 1);
    const { parts, cursor } = batches.next(document.progress, run.partTokens);
    const loss = run.lossOf?.(state, state.updates + 1) ?? options.loss;
    const report = trainUpdate(state, architecture, parts, { ...options, loss });
    const epochEnds = cursor.epoch > document.progress.epoch;
    document.progress = { ...cursor, updates: state.updates };
    recent.loss += report.loss * report.tokens;
    recent.tokens += report.tokens;
    const done = state.updates - first;
    if (done % stretch === 0 || done === updates) {
      const loss = recent.loss / recent.tokens;
      series.loss.push([state.updates, loss]);
      events.metric({ update: state.updates, loss, rate: report.rate, gradientNorm: report.gradientNorm });
      recent.loss = 0;
      recent.tokens = 0;
    }
    if (validatesAfter(done, epochEnds) || done === updates) validate();
    if (epochEnds) run.onEpoch?.(checkpoint);
    reports.update(done, report);
    if (Date.now() - savedAt >= saveEveryMs) {
      saveProgress(progress, { checkpoint, series, recent, seconds: seconds() });
      savedAt = Date.now();
    }
  }
  return { checkpoint, series, seconds: seconds() };
}
