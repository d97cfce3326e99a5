import { bandOf, smoothed, stretchFor, trainingChains, type TrainingChain } from '../../src/depiction/curves.ts';
import type { Chart, ReportPart } from '../../src/report/part.ts';
import type { Reporter } from '../../src/report/reporter.ts';

const chapter = 'Training';
/** Before this share of all updates losses fall so far that the rest would be flat beside it. */
const shownFrom = 0.1;
/** Points of a curve of training losses. */
const mostPoints = 150;

const titles: Record<string, string> = { 'train-supernet': 'Supernet', finetune: 'Found network' };

/** Curves by update of everything that was trained, and what each round came to; seeds are bands. */
const report: Reporter = ({ artifacts }) => {
  const types = [...new Set(artifacts.map(({ stage }) => stage.type))];
  return types.flatMap((type) => {
    const chains = trainingChains(artifacts.filter(({ stage }) => stage.type === type));
    const title = titles[type] ?? type;
    const commands = chains.map(({ rounds }) => rounds.at(-1)!.stage.command);
    return [
      ...trainingCurves(chains, title).map((part) => ({ ...part, commands })),
      ...validationCurves(chains, title).map((part) => ({ ...part, commands })),
      { ...valuesByRound(chains, title), commands },
    ];
  });
};

export default report;

type Drawn = Omit<ReportPart, 'commands'>;

function trainingCurves(chains: readonly TrainingChain[], title: string): Drawn[] {
  const stretch = stretchFor(lastUpdateOf(chains), mostPoints);
  const rows = curveRows(chains, ['loss'], stretch, false);
  if (rows.length === 0) return [];
  return [
    {
      chapter,
      title: `${title}: training loss`,
      text: [
        `Label-smoothed loss of a token in nats, with dropout${stretch > 1 ? `, as the mean of each ${stretch} updates` : ''}. The first tenth of all updates is left out.`,
        ...bandNote(rows),
      ],
      content: curves(chains, rows, 'training loss'),
    },
  ];
}

function validationCurves(chains: readonly TrainingChain[], title: string): Drawn[] {
  const names = [
    ...new Set(chains.flatMap(({ rounds }) => rounds.flatMap(({ document }) => Object.keys(document.series)))),
  ];
  const rows = curveRows(
    chains,
    names.filter((name) => name !== 'loss'),
    1,
    true,
  );
  if (rows.length === 0) return [];
  return [
    {
      chapter,
      title: `${title}: validation loss`,
      text: ['Measured at the end of each epoch and of each round, without dropout.', ...bandNote(rows)],
      content: curves(chains, rows, 'validation loss', true),
    },
  ];
}

interface CurveRow {
  [column: string]: string | number;
  curve: string;
  update: number;
  mean: number;
  low: number;
  high: number;
  curves: number;
}

/** A row a point; chains of one name are a band. */
function curveRows(
  chains: readonly TrainingChain[],
  names: readonly string[],
  stretch: number,
  named: boolean,
): CurveRow[] {
  const first = shownFrom * lastUpdateOf(chains);
  const curveNames = [...new Set(chains.map(({ name }) => name))];
  return curveNames.flatMap((name) =>
    names.flatMap((series) => {
      const curves = chains
        .filter((chain) => chain.name === name)
        .map(({ rounds }) => rounds.flatMap(({ document }) => document.series[series] ?? []));
      return bandOf(curves.map((curve) => smoothed(curve, stretch)))
        .filter(({ update }) => update >= first)
        .map((point) => ({ curve: named ? `${name}: ${series}` : name, ...point }));
    }),
  );
}

function bandNote(rows: readonly CurveRow[]): string[] {
  return rows.some(({ curves }) => curves > 1)
    ? ['Lines are means over seeds, bands reach from the least to the greatest.']
    : [];
}

function lastUpdateOf(chains: readonly TrainingChain[]): number {
  return Math.max(0, ...chains.flatMap(({ rounds }) => rounds.map(({ document }) => lastOf(document.series))));
}

function curves(chains: readonly TrainingChain[], rows: readonly CurveRow[], label: string, dots = false): Chart {
  const isBand = rows.some(({ curves: count }) => count > 1);
  return {
    kind: 'chart',
    table: {
      columns: [
        { name: 'curve', title: 'Curve' },
        { name: 'update', title: 'Update' },
        { name: 'mean', title: isBand ? 'Mean' : 'Loss', digits: 3 },
        ...(isBand
          ? [
              { name: 'low', title: 'Least', digits: 3 },
              { name: 'high', title: 'Greatest', digits: 3 },
              { name: 'curves', title: 'Seeds' },
            ]
          : []),
      ],
      rows,
    },
    x: { label: 'update', ticks: 'compact' },
    y: { label: `${label}, nats a token` },
    marks: [
      ...roundEnds(chains).map((at) => ({ type: 'rule' as const, across: 'x' as const, at })),
      ...(isBand ? [{ type: 'band' as const, x: 'update', low: 'low', high: 'high' }] : []),
      { type: 'line', x: 'update', y: 'mean' },
      ...(dots ? [{ type: 'dot' as const, x: 'update', y: 'mean' }] : []),
    ],
    colour: 'curve',
  };
}

/** Where rounds end but the last. */
function roundEnds(chains: readonly TrainingChain[]): number[] {
  const ends = chains.flatMap(({ rounds }) => rounds.slice(0, -1).map(({ document }) => lastOf(document.series)));
  return [...new Set(ends)];
}

function lastOf(series: Record<string, number[][]>): number {
  return Math.max(...Object.values(series).map((points) => points.at(-1)?.[0] ?? 0));
}

function valuesByRound(chains: readonly TrainingChain[], title: string): Drawn {
  // Several chains may go on from one stage.
  const rounds = [...new Map(chains.flatMap(({ rounds: of }) => of).map((round) => [round.stage, round])).values()];
  const names = [...new Set(rounds.flatMap(({ document }) => Object.keys(document.values)))];
  return {
    chapter,
    title: `${title}: after each round`,
    content: {
      kind: 'table',
      table: {
        columns: [
          { name: 'stage', title: 'Stage' },
          { name: 'update', title: 'Update' },
          ...names.map((name) => ({ name, title: name, digits: name === 'parameters' ? 0 : 3 })),
          { name: 'seconds', title: 'Seconds', digits: 1 },
        ],
        rows: rounds.map(({ stage, document }) => ({
          stage: stage.label,
          update: lastOf(document.series),
          ...document.values,
          seconds: stage.seconds ?? null,
        })),
      },
    },
  };
}
