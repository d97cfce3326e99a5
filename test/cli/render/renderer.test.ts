import { describe, expect, test } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { jsonRenderer } from '../../../src/cli/render/json.ts';
import { liveRenderer } from '../../../src/cli/render/live.ts';
import { plainRenderer } from '../../../src/cli/render/plain.ts';
import { drawProgress } from '../../../src/cli/render/progress.ts';
import { chooseRenderer, deferRenderer } from '../../../src/cli/render/renderer.ts';
import type { RunEvent } from '../../../src/runner/events.ts';
import type { Key } from '../../../src/runner/types.ts';

const key = 'k' as Key;
const started: Extract<RunEvent, { type: 'run-started' }> = {
  type: 'run-started',
  run: 'r',
  planned: [
    { id: 'corpus', kind: 'fresh' },
    { id: 'train', kind: 'run' },
    { id: 'bleu', kind: 'pending' },
  ],
};

function progress(done: number, total = 100): Extract<RunEvent, { type: 'stage-progress' }> {
  return {
    type: 'stage-progress',
    stage: 'train',
    update: { done, total, unit: 'updates' },
    rate: 1,
    left: total - done,
  };
}

describe('choosing a renderer', () => {
  const terminal = { json: false, terminal: true, rows: 40, columns: 100, tasks: 9, environment: {} };
  test.each([
    ['a terminal', {}, 'live'],
    ['--json, whatever else', { json: true }, 'json'],
    ['no terminal', { terminal: false }, 'plain'],
    ['NO_COLOR', { environment: { NO_COLOR: '1' } }, 'plain'],
    ['CI', { environment: { CI: 'true' } }, 'plain'],
    ['CI=false', { environment: { CI: 'false' } }, 'live'],
    ['a dumb terminal', { environment: { TERM: 'dumb' } }, 'plain'],
    ['nothing to run', { tasks: 0 }, 'plain'],
    ['more stages than lines', { tasks: 30 }, 'plain'],
    ['a terminal of unknown size', { rows: undefined, columns: undefined, tasks: 5 }, 'live'],
    ['a terminal without width', { columns: 0 }, 'plain'],
  ] as const)('%s', (_, given, name) => expect(chooseRenderer({ ...terminal, ...given })).toBe(name));
});

describe('progress on one line', () => {
  test('has the count, the rate, the figures and the time left', () => {
    expect(
      drawProgress({
        type: 'stage-progress',
        stage: 'train',
        rate: 8.51,
        left: 4320,
        update: { done: 12_345, total: 50_000, unit: 'updates', figures: { 'tokens/s': 31_234, loss: 4.0213 } },
      }),
    ).toBe('12,345/50,000 updates · 8.51/s · 31.2k tokens/s · loss 4.02 · 1h 12m left');
  });

  test('leaves out what is not known yet', () => {
    expect(drawProgress({ ...progress(0), rate: 0, left: Infinity })).toBe('0/100 updates');
    expect(drawProgress({ ...progress(0), rate: 2, left: Infinity, update: { done: 1200, unit: 'latencies' } })).toBe(
      '1,200 latencies · 2/s',
    );
  });
});

test('progress of a part of a stage’s work says which', () => {
  expect(drawProgress({ ...progress(3), part: 'train 2/8', rate: 0, left: Infinity })).toBe('train 2/8: 3/100 updates');
});

describe('plain lines', () => {
  function drawn(events: [seconds: number, event: RunEvent][]): string[] {
    const lines: string[] = [];
    let clock = 0;
    const renderer = plainRenderer(
      (line) => lines.push(line),
      () => clock,
    );
    for (const [seconds, event] of events) {
      clock = seconds;
      renderer.handle(event);
    }
    return lines.join('').split('\n').slice(0, -1);
  }

  test('throttle the progress of each part for itself', () => {
    const of = (part: string, done: number) => ({ ...progress(done), part });
    const lines = drawn([
      [0, of('a 1/2', 0)],
      [0, of('a 2/2', 0)],
      [2, of('a 1/2', 20)],
      [2, of('a 2/2', 1)],
      [3, of('a 2/2', 30)],
    ]);
    expect(lines.map((line) => line.split(' updates')[0])).toEqual(['train: a 1/2: 20/100', 'train: a 2/2: 30/100']);
  });

  test('tell whom a stage waits for', () => {
    expect(drawn([[0, { type: 'stage-waiting', stage: 'train', holder: 'process 7 on bach' }]])).toEqual([
      'train: waiting for process 7 on bach',
    ]);
  });

  test('tell the start with its reasons, the end, a restore and what was not reached; fresh stages say nothing', () => {
    expect(
      drawn([
        [0, started],
        [0, { type: 'stage-finished', stage: 'corpus', outcome: 'fresh', seconds: 0 }],
        [0, { type: 'stage-finished', stage: 'clean', outcome: 'restored', seconds: 0 }],
        [
          0,
          {
            type: 'stage-started',
            stage: 'train',
            key,
            reasons: [{ field: 'params.lr', before: 1, after: 2 }],
            resuming: true,
          },
        ],
        [1, { type: 'stage-log', stage: 'train', level: 'warning', message: 'the loss is high' }],
        [2, { type: 'stage-finished', stage: 'train', outcome: 'ran', seconds: 250 }],
        [3, { type: 'stage-failed', stage: 'bleu', message: 'no hypotheses', log: 'runs/x.log' }],
        [4, { type: 'stage-skipped', stage: 'report', because: "it needs 'bleu'" }],
      ]),
    ).toEqual([
      'clean: restored',
      'train: resuming (params.lr: 1 → 2)',
      'train: warning: the loss is high',
      'train: done in 4m 10s',
      'bleu: failed: no hypotheses',
      "report: not reached: it needs 'bleu'",
    ]);
  });

  test('of progress come at each tenth of a slow way', () => {
    expect(drawn(Array.from({ length: 101 }, (_, i) => [i * 0.5, progress(i)]))).toHaveLength(10);
  });

  test('of progress come no more than once a second on a fast way', () => {
    const lines = drawn(Array.from({ length: 101 }, (_, i) => [i * 0.03, progress(i)]));
    expect(lines.length).toBeLessThanOrEqual(3);
  });

  test('of progress come about every ten seconds on a long way, and more rarely the longer it lasts', () => {
    const hour = drawn(Array.from({ length: 3600 }, (_, i) => [i, progress(i, 1e6)]));
    const day = drawn(Array.from({ length: 24 * 3600 }, (_, i) => [i, progress(i, 1e6)]));
    expect(hour.length).toBeGreaterThan(150);
    expect(hour.length).toBeLessThanOrEqual(360);
    expect(day.length).toBeLessThan(1000);
  });
});

describe('JSON', () => {
  test('is one event a line, as it was given', () => {
    const lines: string[] = [];
    const notices: string[] = [];
    const renderer = jsonRenderer(
      (line) => lines.push(line),
      (line) => notices.push(line),
    );
    renderer.notify('stopping');
    const events: RunEvent[] = [started, progress(3)];
    events.forEach(renderer.handle);
    expect(
      lines
        .join('')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(events);
    expect(notices).toEqual(['stopping\n']);
  });
});

describe('a renderer that is made late', () => {
  test('gets the events that came meanwhile, in order and once', async () => {
    const seen: RunEvent[] = [];
    const told: string[] = [];
    const renderer = deferRenderer(
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return {
          handle: (event) => void seen.push(event),
          notify: (text) => told.push(`late ${text}`),
          finish: () => Promise.resolve(),
        };
      },
      (text) => told.push(`early ${text}`),
    );
    renderer.notify('waiting');
    const log: RunEvent = { type: 'stage-log', stage: 'train', level: 'info', message: 'early' };
    [started, log, progress(1)].forEach(renderer.handle);
    await renderer.finish();
    renderer.handle(progress(2));
    renderer.notify('stopping');
    expect(told).toEqual(['early waiting', 'late stopping']);
    expect(seen).toEqual([started, log, progress(1), progress(2)]);
  });

  test('is not made at all when nothing starts', async () => {
    await deferRenderer(
      () => Promise.reject(new Error('made')),
      () => {},
    ).finish();
  });
});

describe('the live list', () => {
  test('ends with what every stage came to', async () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 40 });
    const chunks: string[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    const renderer = await liveRenderer(stream as unknown as NodeJS.WriteStream, {
      ...started,
      planned: [...started.planned, { id: 'report', kind: 'pending' }, { id: 'late', kind: 'pending' }],
    });
    renderer.handle({
      type: 'stage-started',
      stage: 'train',
      key,
      reasons: [{ field: 'params.lr', before: 1, after: 2 }],
      resuming: false,
    });
    renderer.handle(progress(40));
    renderer.handle({ type: 'stage-finished', stage: 'train', outcome: 'ran', seconds: 250 });
    renderer.handle({ type: 'stage-started', stage: 'bleu', key, reasons: [], resuming: false });
    renderer.handle({ type: 'stage-waiting', stage: 'late', holder: 'process 7 on bach' });
    renderer.notify('stopping soon');
    renderer.handle({ type: 'stage-failed', stage: 'bleu', message: 'no hypotheses', log: 'runs/x.log' });
    renderer.handle({ type: 'stage-skipped', stage: 'report', because: "it needs 'bleu'" });
    await renderer.finish();
    const text = chunks.join('').replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '');
    expect(text).toContain('params.lr: 1 → 2');
    expect(text).toContain('40/100 updates · 1/s');
    expect(text).toContain('stopping soon');
    expect(text).toContain('late  waiting for process 7 on bach');
    const last = text.slice(text.lastIndexOf('train  4m 10s'));
    expect(last).toContain('bleu  failed');
    expect(last).toContain('no hypotheses');
    expect(last).toContain("not reached: it needs 'bleu'");
    expect(last).not.toContain('corpus');
  });
});
