import type { ComparisonDocument } from '../../schemas/types.ts';
import { readDocument } from '../../src/artifacts/documents.ts';
import { signed } from '../../src/comparison/table.ts';
import type { ReportPart } from '../../src/report/part.ts';
import { distinctArtifacts, type Reporter } from '../../src/report/reporter.ts';
import { formatP } from '../../src/statistics/p-value.ts';

const chapter = 'Comparison of systems';

/** Whether systems differ by more than chance: in words, as intervals, and each system by itself. */
const report: Reporter = ({ artifacts }) =>
  distinctArtifacts(artifacts).flatMap((artifact) => {
    const document = readDocument(artifact.folder()!, 'comparison');
    const { label, command } = artifact.stage;
    return [
      ...differences(document, label).map((part) => ({ ...part, commands: [command] })),
      { ...systems(document, label), commands: [command] },
    ];
  });

export default report;

type Drawn = Omit<ReportPart, 'commands'>;

function differences({ pairs, confidence, split, sentences }: ComparisonDocument, label: string): Drawn[] {
  if (pairs.length === 0) return [];
  const rows = pairs.map(({ first, second, bleu, single }) => ({
    pair: `${first} − ${second}`,
    verdict: isBeyondChance(bleu) ? 'more than chance' : 'could be chance',
    difference: bleu.difference,
    low: bleu.interval.low,
    high: bleu.interval.high,
    p: bleu.pValue,
    single: single.join(', '),
  }));
  return [
    {
      chapter,
      headline: true,
      title: `Differences of BLEU, ${label}`,
      text: [
        ...pairs.slice(0, 3).map(({ first, second, bleu }) => sentenceOf(first, second, bleu, confidence)),
        `On ${sentences.toLocaleString('en-US')} sentences of ${split}; intervals of ${confidence * 100} % over seeds and sentences. p is of each pair alone.`,
      ],
      content: {
        kind: 'chart',
        table: {
          columns: [
            { name: 'pair', title: 'Pair' },
            { name: 'verdict', title: 'Verdict' },
            { name: 'difference', title: 'Difference', digits: 2 },
            { name: 'low', title: 'Low', digits: 2 },
            { name: 'high', title: 'High', digits: 2 },
            { name: 'p', title: 'p', digits: 4 },
            { name: 'single', title: 'Of one run only' },
          ],
          rows,
        },
        x: { label: 'difference of BLEU', zero: true },
        y: { label: '', scale: 'band' },
        marks: [
          { type: 'rule', across: 'x', at: 0 },
          { type: 'interval', across: 'x', at: 'pair', low: 'low', high: 'high' },
          { type: 'dot', x: 'difference', y: 'pair' },
        ],
        colour: 'verdict',
      },
    },
  ];
}

type Difference = ComparisonDocument['pairs'][number]['bleu'];

function isBeyondChance({ interval: { low, high } }: Difference): boolean {
  return low > 0 || high < 0;
}

function sentenceOf(first: string, second: string, bleu: Difference, confidence: number): string {
  const { difference, interval, pValue } = bleu;
  const figures = `${signed(difference, 2)} BLEU (${confidence * 100} % interval ${signed(interval.low, 2)} to ${signed(interval.high, 2)}, ${formatP(pValue)})`;
  return isBeyondChance(bleu)
    ? `${first} is better than ${second} by more than chance: ${figures}.`
    : `Whether ${first} is better than ${second} is not settled: ${figures}.`;
}

function systems({ systems: all }: ComparisonDocument, label: string): Drawn {
  return {
    chapter,
    title: `Systems of ${label}`,
    content: {
      kind: 'chart',
      table: {
        columns: [
          { name: 'system', title: 'System' },
          { name: 'seed', title: 'Seed' },
          { name: 'bleu', title: 'BLEU', digits: 2 },
          { name: 'loss', title: 'Loss', digits: 3 },
          { name: 'mean', title: 'Mean BLEU', digits: 2 },
          { name: 'low', title: 'Low', digits: 2 },
          { name: 'high', title: 'High', digits: 2 },
        ],
        rows: all.flatMap(({ name, runs, bleu }) =>
          runs.map((run, i) => ({
            system: name,
            seed: run.seed ?? null,
            bleu: run.bleu,
            loss: run.loss ?? null,
            // Once for each system.
            ...(i === 0 ? { mean: bleu.mean, low: bleu.interval?.low ?? null, high: bleu.interval?.high ?? null } : {}),
          })),
        ),
      },
      x: { label: 'BLEU' },
      y: { label: '', scale: 'band' },
      marks: [
        { type: 'interval', across: 'x', at: 'system', low: 'low', high: 'high' },
        { type: 'dot', x: 'bleu', y: 'system' },
      ],
    },
  };
}
