import type { DivergenceDocument } from '../../schemas/types.ts';
import { readDocument } from '../../src/artifacts/documents.ts';
import type { ReportPart } from '../../src/report/part.ts';
import { meanOf } from '../../src/statistics/mean.ts';
import { distinctArtifacts, type Reporter } from '../../src/report/reporter.ts';

const chapter = 'Divergence of subnets';
/** Columns of a heat map: channels beside each other are one by their mean. */
const mostChannels = 40;

/** How far subnets with the same weights diverge: by sub-layer, in pairs, and where in one sub-layer. */
const report: Reporter = ({ artifacts }) =>
  distinctArtifacts(artifacts).flatMap((artifact) => {
    const document = readDocument(artifact.folder()!, 'divergence');
    const { label, command } = artifact.stage;
    return [
      distributions(document, label),
      ratios(document, label),
      ...document.substitutions.flatMap((substitution) => [
        sublayers(substitution, label),
        heatMap(substitution, label),
      ]),
    ]
      .flat()
      .map((part): ReportPart => ({ ...part, chapter, commands: [command] }));
  });

export default report;

type Drawn = Pick<ReportPart, 'title' | 'text' | 'content'>;
type Substitution = DivergenceDocument['substitutions'][number];

function distributions({ populations }: DivergenceDocument, label: string): Drawn {
  return {
    title: `Divergence of pairs, ${label}`,
    text: ['Share of the pairs of subnets by how far their logits are apart: 0 is the same, 2 unrelated.'],
    content: {
      kind: 'chart',
      table: {
        columns: [
          { name: 'population', title: 'Population' },
          { name: 'from', title: 'From', digits: 4 },
          { name: 'middle', title: 'Middle of the bin', digits: 4 },
          { name: 'pairs', title: 'Pairs' },
          { name: 'share', title: 'Share', digits: 4 },
        ],
        rows: populations.flatMap(({ name, logits: { histogram, pairs } }) =>
          histogram.counts.map((count, k) => ({
            population: name,
            from: k * histogram.width,
            middle: (k + 0.5) * histogram.width,
            pairs: count,
            share: count / pairs,
          })),
        ),
      },
      x: { label: 'divergence of the logits' },
      y: { label: 'share of the pairs', ticks: 'percent' },
      marks: [
        { type: 'line', x: 'middle', y: 'share' },
        { type: 'dot', x: 'middle', y: 'share' },
      ],
      colour: 'population',
    },
  };
}

function ratios({ ratios: quotients }: DivergenceDocument, label: string): Drawn[] {
  if (quotients.length === 0) return [];
  return [
    {
      title: `Quotients of mean divergences, ${label}`,
      text: ['Below 1 there is less divergence; 95 % intervals over the draw of subnets.'],
      content: {
        kind: 'chart',
        table: {
          columns: [
            { name: 'what', title: 'Quotient' },
            { name: 'measure', title: 'Measure' },
            { name: 'ratio', title: 'Ratio', digits: 3 },
            { name: 'low', title: 'Low', digits: 3 },
            { name: 'high', title: 'High', digits: 3 },
          ],
          rows: quotients.map(({ of, to, measure, ratio, interval }) => ({
            what: `${of} / ${to}, ${measure}`,
            measure,
            ratio,
            ...interval,
          })),
        },
        x: { label: 'quotient' },
        y: { label: '', scale: 'band' },
        marks: [
          { type: 'rule', across: 'x', at: 1 },
          { type: 'interval', across: 'x', at: 'what', low: 'low', high: 'high' },
          { type: 'dot', x: 'ratio', y: 'what' },
        ],
        colour: 'measure',
      },
    },
  ];
}

function nameOf({ before, after }: Substitution): string {
  const choice = ({ operator, heads }: Substitution['before']) => `${operator} (${heads})`;
  return `${choice(before)} → ${choice(after)}`;
}

function sublayers(substitution: Substitution, label: string): Drawn {
  return {
    title: `${nameOf(substitution)} in one layer, ${label}`,
    text: [
      'What the formula predicts of one choice in place of another, beside what was measured at the end of the stack.',
    ],
    content: {
      kind: 'chart',
      table: {
        columns: [
          { name: 'place', title: 'Layer' },
          { name: 'figure', title: 'Figure' },
          { name: 'value', title: 'Variance', digits: 4 },
          { name: 'divergence', title: 'Divergence of the outputs', digits: 4 },
          { name: 'share', title: 'Share of the sum', digits: 4 },
        ],
        rows: substitution.sublayers.flatMap(({ part, layer, divergence, share, predicted, measured }) => [
          { place: `${part} ${layer + 1}`, figure: 'predicted', value: predicted, divergence, share },
          { place: `${part} ${layer + 1}`, figure: 'measured', value: measured, divergence, share },
        ]),
      },
      x: { label: '', scale: 'band' },
      y: { label: 'variance of the difference', zero: true },
      marks: [{ type: 'dot', x: 'place', y: 'value' }],
      colour: 'figure',
    },
  };
}

function heatMap(substitution: Substitution, label: string): Drawn {
  const {
    heatMap: { part, layer, tokens, values },
  } = substitution;
  const width = Math.ceil(values[0].length / mostChannels);
  return {
    title: `${nameOf(substitution)}: where outputs differ, ${label}`,
    text: [
      `Absolute differences of the normalised outputs of ${part} ${layer + 1} for one sentence, by token and channel${width > 1 ? `, means of ${width} channels` : ''}.`,
    ],
    content: {
      kind: 'chart',
      table: {
        columns: [
          { name: 'token', title: 'Token' },
          { name: 'channel', title: width > 1 ? 'First channel' : 'Channel' },
          { name: 'difference', title: 'Difference', digits: 3 },
        ],
        rows: tokens.flatMap((token, i) =>
          groupsOf(values[i], width).map((group, k) => ({
            // Words repeat, and places on an axis do not.
            token: `${i + 1} ${token}`,
            channel: k * width,
            difference: meanOf(group),
          })),
        ),
      },
      x: { label: 'channel', scale: 'band', hidden: true },
      y: { label: '', scale: 'band' },
      marks: [{ type: 'cell', x: 'channel', y: 'token', value: 'difference' }],
    },
  };
}

function groupsOf(values: readonly number[], width: number): number[][] {
  return Array.from({ length: Math.ceil(values.length / width) }, (_, i) => values.slice(i * width, (i + 1) * width));
}
