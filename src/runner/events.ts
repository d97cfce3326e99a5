import type { ProgressUpdate } from './stage.ts';
import type { Difference, RunRecord } from './records.ts';
import type { Key } from './types.ts';

/** What happens during a run, in order. The same events serve a terminal, a plain log, `--json` and the tests. */
export type RunEvent =
  | { type: 'run-started'; run: string; planned: { id: string; kind: 'fresh' | 'restore' | 'run' | 'pending' }[] }
  | { type: 'stage-started'; stage: string; key: Key; reasons: Difference[]; resuming: boolean }
  /** Another run executes the same key: this stage waits for it, and is then served from the store. */
  | { type: 'stage-waiting'; stage: string; /** Who executes it, where, and since when. */ holder: string }
  | {
      type: 'stage-progress';
      stage: string;
      /** Which part of the stage's work tells it: `train 3/8`. */
      part?: string;
      update: ProgressUpdate;
      /** Units per second, smoothed. */
      rate: number;
      /** Seconds left. */
      left: number;
    }
  | { type: 'stage-log'; stage: string; level: 'info' | 'warning'; message: string }
  | { type: 'stage-finished'; stage: string; outcome: 'ran' | 'restored' | 'fresh'; seconds: number }
  | { type: 'stage-failed'; stage: string; message: string; /** Path of the stage's log. */ log: string }
  | { type: 'stage-interrupted'; stage: string }
  | { type: 'stage-skipped'; stage: string; because: string }
  | {
      type: 'run-finished';
      record: RunRecord;
      /** False when nothing ran or was restored, so that nothing was recorded. */ recorded: boolean;
    };
