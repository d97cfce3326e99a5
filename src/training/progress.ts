import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../artifacts/checkpoint.ts';
import type { Series } from '../artifacts/metrics.ts';

/** How far a stage's training is. */
export interface Progress {
  checkpoint: Checkpoint;
  series: Record<string, Series>;
  /** Of the stretch of the loss's curve that has begun: sums over its tokens. */
  recent: { loss: number; tokens: number };
  /** Wall time so far. */
  seconds: number;
}

/** Saves stand in folders `at-<update>`, complete once they have that name; the newest is kept. */
export function saveProgress(folder: string, { checkpoint, ...curve }: Progress): void {
  const name = `at-${checkpoint.state.updates}`;
  // One name for all attempts: what an earlier one left unfinished goes.
  const draft = path.join(folder, 'draft');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  writeCheckpoint(draft, checkpoint);
  writeFileSync(path.join(draft, 'curve.json'), JSON.stringify(curve));
  renameSync(draft, path.join(folder, name));
  for (const other of saves(folder))
    if (other !== name) rmSync(path.join(folder, other), { recursive: true, force: true });
}

export function loadProgress(folder: string): Progress | undefined {
  const [newest] = saves(folder);
  if (!newest) return undefined;
  const save = path.join(folder, newest);
  const curve = JSON.parse(readFileSync(path.join(save, 'curve.json'), 'utf8')) as Omit<Progress, 'checkpoint'>;
  return { checkpoint: readCheckpoint(save), ...curve };
}

/** Newest first. */
function saves(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const updates = (name: string) => Number(name.slice(3));
  return readdirSync(folder)
    .filter((name) => name.startsWith('at-'))
    .sort((a, b) => updates(b) - updates(a));
}
