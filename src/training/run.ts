import type { Checkpoint } from '../artifacts/checkpoint.ts';
import type { Series } from '../artifacts/metrics.ts';
import type { TrainingBatches } from '../batching/training-batches.ts';
import type { Architecture } from '../model/architecture.ts';
import { type Loss, smoothedCrossEntropyLoss } from '../model/loss.ts';
import { type TrainingState, trainUpdate } from '../model/trainer.ts';
import { type PartContext, type Seed, StoppedError } from '../runner/stage.ts';
import type { EpochWeights } from './epoch-weights.ts';
import { trainingOptions } from './options.ts';
import { loadProgress, saveProgress } from './progress.ts';
import { ProgressReports } from './reports.ts';
import { SavingRhythm } from './saving-rhythm.ts';

export interface TrainingRun {
  /** Of the stage, or of the part of one, that trains. */
  context: Pick<PartContext, 'events' | 'progress' | 'isStopping'>;
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
  /** Takes the weights at the end of each epoch; its folder lies in that of the progress. */
  epochs?: EpochWeights;
}

export interface TrainingResult {
  checkpoint: Checkpoint;
  /** By name: `loss`, its mean over each of about 200 stretches of the stage, and what `validate` gave. */
  series: Record<string, Series>;
  /** Wall time of all updates and validations, those before an interruption included as far as they were saved. */
  seconds: number;
}

/**
 * Makes a stage's updates, saving progress from time to time; a stage that was stopped or killed goes on from its last
 * save, and its results are the same to the last bit.
 * @throws StoppedError where the run is being stopped, after the update at hand and a save
 */
export function runTraining(run: TrainingRun): TrainingResult {
  const {
    context: { events, progress, isStopping },
    updates,
    batches,
    epochs,
    validatesAfter = (_, epochEnds) => epochEnds,
  } = run;
  const first = run.start.state.updates;
  const saved = loadProgress(progress, events, epochs);
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
  const began = performance.now();
  const seconds = () => (saved?.seconds ?? 0) + (performance.now() - began) / 1000;
  const rhythm = new SavingRhythm();
  const save = () =>
    rhythm.save(() => saveProgress(progress, { checkpoint, series, recent, seconds: seconds() }, epochs));

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
    if (epochEnds) epochs?.add(state.updates, state.parameters.toHost().weights);
    reports.update(done, report);
    if (isStopping()) {
      save();
      throw new StoppedError();
    }
    if (rhythm.isDue) save();
  }
  return { checkpoint, series, seconds: seconds() };
}
