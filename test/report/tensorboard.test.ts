import { describe, expect, test } from '@jest/globals';
import type { Chart, ReportPart } from '../../src/report/part.ts';
import { eventFile } from '../../src/report/tensorboard/event-file.ts';
import { valuesOfParts } from '../../src/report/tensorboard/parts.ts';
import { crc32c, frameRecord } from '../../src/report/tensorboard/records.ts';
import { readEvents } from '../support/tensorboard.ts';

describe('records', () => {
  // RFC 3720, appendix B.4; the last is the check value of Castagnoli's polynomial.
  test.each([
    [Buffer.alloc(32), 0x8a9136aa],
    [Buffer.alloc(32, 0xff), 0x62a8ab43],
    [Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e],
    [Buffer.from('123456789'), 0xe3069283],
  ])('are checked by CRC-32C: %j', (bytes, crc) => expect(crc32c(bytes)).toBe(crc));

  test('are framed as TensorFlow does', () => {
    // The first record of a file that TensorBoard's own writer wrote (tensorboard 2.21, at 1.5 s).
    const event = Buffer.from('09000000000000f83f1a0d627261696e2e4576656e743a32', 'hex');
    expect(frameRecord(event).toString('hex')).toBe(`1800000000000000a37f4b22${event.toString('hex')}2a28646c`);
  });
});

test('events come back as they were told', () => {
  const events = [
    { step: 7, time: 12.5, value: { kind: 'scalar' as const, tag: 'loss/é', value: 0.1 } },
    { step: 2 ** 40, time: 13, value: { kind: 'text' as const, tag: 'settings', text: '| a |\n' } },
    {
      step: 0,
      time: 14,
      value: {
        kind: 'histogram' as const,
        tag: 'shares',
        buckets: [
          [0, 1, 0.25],
          [1, 2, 0.75],
        ] as [number, number, number][],
      },
    },
  ];
  const { version, events: read } = readEvents(eventFile(events, 1.5));
  expect(version).toEqual({ time: 1.5, text: 'brain.Event:2' });
  expect(read).toEqual(
    events.map((event) =>
      event.value.kind === 'scalar'
        ? { ...event, value: { ...event.value, value: Math.fround(event.value.value) } }
        : event,
    ),
  );
});

describe('of parts, TensorBoard shows', () => {
  const part = (content: ReportPart['content'], more: Partial<ReportPart> = {}): ReportPart => ({
    chapter: 'Chapter',
    title: 'Title',
    content,
    commands: [],
    ...more,
  });
  const bars = (choices: readonly string[]): Chart => ({
    kind: 'chart',
    table: {
      columns: ['space', 'place', 'choice', 'share'].map((name) => ({ name, title: name })),
      rows: ['first', 'second'].flatMap((space, i) =>
        ['encoder', 'decoder'].flatMap((place) =>
          choices.map((choice, k) => ({ space, place, choice, share: (k + 1) / (i + 2) })),
        ),
      ),
    },
    x: { label: '' },
    y: { label: '' },
    marks: [{ type: 'bar', x: 'space', y: 'share' }],
    colour: 'choice',
    facet: 'place',
  });

  test('bars as histograms, a step for each place: of numbers over their values', () => {
    const values = valuesOfParts([part(bars(['64', '256', '128']))]);
    expect(values.map(({ step, value: { tag } }) => [tag, step])).toEqual([
      ['Title/encoder', 0],
      ['Title/encoder', 1],
      ['Title/decoder', 0],
      ['Title/decoder', 1],
    ]);
    expect(values[1].value).toEqual({
      kind: 'histogram',
      tag: 'Title/encoder',
      buckets: [
        [32, 96, 1 / 3],
        [96, 192, 1],
        [192, 320, 2 / 3],
      ],
    });
  });

  test('of words one bucket each, in their order', () => {
    const [{ value }] = valuesOfParts([part(bars(['relu', 'swish']))]);
    expect(value).toMatchObject({
      buckets: [
        [-0.5, 0.5, 0.5],
        [0.5, 1.5, 1],
      ],
    });
  });

  test('headlines as tables, whose text is no markup', () => {
    const table = {
      columns: [
        { name: 'a', title: 'A|<b>' },
        { name: 'n', title: 'N', digits: 1 },
      ],
      rows: [
        { a: '*x*\ny', n: 1.25 },
        { a: null, n: null },
      ],
    };
    expect(valuesOfParts([part({ kind: 'table', table }), part({ kind: 'table', table }, { headline: true })])).toEqual(
      [
        {
          step: 0,
          value: {
            kind: 'text',
            tag: 'Title',
            text: '| A\\|\\<b\\> | N |\n| --- | --- |\n| \\*x\\* y | 1.3 |\n|  |  |',
          },
        },
      ],
    );
  });
});
