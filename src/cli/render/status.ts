import type { RunRecord, RunStage, Verdict } from '../../runner/records.ts';
import type { Paint } from './colour.ts';

type Status = RunRecord['status'] | RunStage['outcome'] | Verdict['kind'];

const colours: Record<Status, 'green' | 'red' | 'yellow' | 'blue' | 'dim'> = {
  succeeded: 'green',
  ran: 'green',
  restored: 'blue',
  restore: 'blue',
  fresh: 'dim',
  failed: 'red',
  interrupted: 'yellow',
  running: 'yellow',
  run: 'yellow',
  pending: 'yellow',
  busy: 'yellow',
  'not reached': 'dim',
};

/** A status in its colour: the same word has the same one everywhere. */
export function drawStatus(status: Status, paint: Paint): string {
  return paint(colours[status], status);
}
