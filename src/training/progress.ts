import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../artifacts/checkpoint.ts';
import type { Series } from '../artifacts/metrics.ts';
import { removeTree, setAside } from '../disk/files.ts';
import { flawOf, removeDrafts, writeSealed } from '../disk/sealed.ts';
import type { EventSink } from '../runner/stage.ts';
import type { EpochWeights } from './epoch-weights.ts';

/** How far a stage's training is. */
export interface TrainingProgress {
  checkpoint: Checkpoint;
  series: Record<string, Series>;
  /** Of the stretch of the loss's curve that has begun: sums over its tokens. */
  recent: { loss: number; tokens: number };
  /** Wall time so far. */
  seconds: number;
}

/** What stands beside the checkpoint. */
interface Curve extends Omit<TrainingProgress, 'checkpoint'> {
  /** Ends of epochs whose weights are kept, in the folder of `EpochWeights`. */
  epochs: number[];
}

/** Saves are sealed folders `at-<update>`; the newest two are kept, and the weights of epochs that they need. */
export function saveProgress(folder: string, { checkpoint, ...curve }: TrainingProgress, epochs?: EpochWeights): void {
  const { updates } = checkpoint.state;
  removeDrafts(folder);
  epochs?.sync(epochs.upTo(updates));
  writeSealed(path.join(folder, `at-${updates}`), (draft) => {
    writeCheckpoint(draft, checkpoint);
    const kept: Curve = { ...curve, epochs: epochs?.upTo(updates) ?? [] };
    writeFileSync(path.join(draft, 'curve.json'), JSON.stringify(kept));
  });
  const [newest, before, ...older] = saves(folder);
  for (const old of older) removeTree(path.join(folder, old));
  const needed = [newest, before].flatMap((name) => (name === undefined ? [] : (epochs?.upTo(updatesOf(name)) ?? [])));
  epochs?.keepOnly(new Set(needed));
}

/**
 * The newest save that is as it was written, with the weights of epochs that it needs. What is damaged is named and set
 * aside; where nothing is left, training begins anew.
 */
export function loadProgress(folder: string, events: EventSink, epochs?: EpochWeights): TrainingProgress | undefined {
  for (const name of saves(folder)) {
    const save = path.join(folder, name);
    let flaw = flawOf(save);
    if (flaw === undefined) {
      const { epochs: needed, ...curve } = JSON.parse(readFileSync(path.join(save, 'curve.json'), 'utf8')) as Curve;
      const lost = needed.find((update) => epochs?.flawAt(update) !== undefined);
      if (lost === undefined) return { checkpoint: readCheckpoint(save), ...curve };
      flaw = `the weights of the epoch that ended after update ${lost} are missing or damaged`;
    }
    events.log(`saved progress is damaged (${flaw}) and not used: it is now ${setAside(save)}`, 'warning');
  }
  return undefined;
}

/** Newest first. */
function saves(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^at-\d+$/.test(name))
    .sort((a, b) => updatesOf(b) - updatesOf(a));
}

function updatesOf(save: string): number {
  return Number(save.slice(3));
}
