import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Architecture } from '../../src/model/architecture.ts';
import { type TrainingState, trainUpdate } from '../../src/model/trainer.ts';
import type { Seed, StageContext } from '../../src/runner/stage.ts';
import { type Checkpoint, readCheckpoint, trainingOptions, writeCheckpoint } from './checkpoint.ts';
import type { Series } from './metrics.ts';
import type { TrainingData } from './training-data.ts';

export interface TrainingRun {
  context: StageContext<unknown>;
  seed: Seed;
  /** Where training starts; changed in place. */
  start: Checkpoint;
  /** Updates of this stage. */
  updates: number;
  data: TrainingData;
  partTokens: number;
  /** The network that update `update` (over all stages) trains. */
  architectureOf: (update: number) => Architecture;
  /** Figures of the network or networks at the end of each epoch and of the stage, by name: each becomes a series. */
  validate: (state: TrainingState) => Record<string, number>;
  /** Called at the end of each epoch; what it keeps must lie in the progress folder. */
  onEpoch?: (checkpoint: Checkpoint) => void;
  /** Between two saves of progress: little is lost when a stage is killed, and little time spent on saving. */
  saveEveryMs?: number;
}

export interface TrainingResult {
  checkpoint: Checkpoint;
  /** By name: `loss`, the mean label-smoothed loss over each of about 200 stretches of the stage, and what `validate` gave. */
  series: Record<string, Series>;
}

const oneMinute = 60_000;
const reportEveryMs = 250;

/**
 * Makes a stage's updates, saving progress from time to time; a stage that was killed goes on from its last save, and its results
 * are the same to the last bit.
 */
export function runTraining(run: TrainingRun): TrainingResult {
  const { context, updates, data, saveEveryMs = oneMinute } = run;
  const first = run.start.state.updates;
  const saved = loadProgress(context.progress);
  const checkpoint = saved?.checkpoint ?? run.start;
  const series = saved?.series ?? { loss: [] };
  const { document, state } = checkpoint;
  if (saved) context.events.log(`resuming after ${state.updates - first} of ${updates} updates`);
  const options = trainingOptions(document.training, run.seed);
  const stretch = Math.max(1, Math.round(updates / 200));
  const recent = saved?.recent ?? { loss: 0, tokens: 0 };
  const clock = { saved: Date.now(), reported: 0, started: Date.now(), tokens: 0 };

  const validate = () => {
    const figures = run.validate(state);
    for (const [name, figure] of Object.entries(figures)) (series[name] ??= []).push([state.updates, figure]);
    context.events.metric({ update: state.updates, ...figures });
  };
  if (updates === 0) validate();
  while (state.updates < first + updates) {
    const architecture = run.architectureOf(state.updates + 1);
    const { parts, cursor } = data.next(document.progress, run.partTokens);
    const report = trainUpdate(state, architecture, parts, options);
    const epochEnds = cursor.epoch > document.progress.epoch;
    document.progress = { ...cursor, updates: state.updates };
    recent.loss += report.loss * report.tokens;
    recent.tokens += report.tokens;
    clock.tokens += report.tokens;
    const done = state.updates - first;
    if (done % stretch === 0 || done === updates) {
      const loss = recent.loss / recent.tokens;
      series.loss.push([state.updates, loss]);
      context.events.metric({ update: state.updates, loss, rate: report.rate, gradientNorm: report.gradientNorm });
      recent.loss = 0;
      recent.tokens = 0;
    }
    if (epochEnds || done === updates) validate();
    if (epochEnds) run.onEpoch?.(checkpoint);
    const now = Date.now();
    if (now - clock.reported >= reportEveryMs || done === updates) {
      clock.reported = now;
      const tokensPerSecond = clock.tokens / Math.max((now - clock.started) / 1000, 1e-3);
      context.events.progress({ done, total: updates, unit: 'updates', figures: { loss: report.loss, 'tokens/s': tokensPerSecond } });
    }
    if (now - clock.saved >= saveEveryMs) {
      saveProgress(context.progress, { checkpoint, series, recent });
      clock.saved = Date.now();
    }
  }
  return { checkpoint, series };
}

interface Progress {
  checkpoint: Checkpoint;
  series: Record<string, Series>;
  recent: { loss: number; tokens: number };
}

/** Saves stand in folders `at-<update>`, complete once they have that name; the newest is kept. */
function saveProgress(folder: string, { checkpoint, series, recent }: Progress): void {
  const name = `at-${checkpoint.state.updates}`;
  // One name for all attempts: what an earlier one left unfinished goes.
  const draft = path.join(folder, 'draft');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  writeCheckpoint(draft, checkpoint);
  writeFileSync(path.join(draft, 'curve.json'), JSON.stringify({ series, recent }));
  renameSync(draft, path.join(folder, name));
  for (const other of saves(folder)) if (other !== name) rmSync(path.join(folder, other), { recursive: true, force: true });
}

function loadProgress(folder: string): Progress | undefined {
  const [newest] = saves(folder);
  if (!newest) return undefined;
  const save = path.join(folder, newest);
  return { checkpoint: readCheckpoint(save), ...(JSON.parse(readFileSync(path.join(save, 'curve.json'), 'utf8')) as Pick<Progress, 'series' | 'recent'>) };
}

/** Newest first. */
function saves(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.startsWith('at-')).sort((a, b) => Number(b.slice(3)) - Number(a.slice(3)));
}
