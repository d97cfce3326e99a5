import { formatP, ruleOfThree } from '../statistics/p-value.ts';
import type { ComparisonDocument } from '../../schemas/types.ts';
import type { MeanDifference } from './difference.ts';
import type { Spread } from '../statistics/student.ts';
import type { ComparedPair } from './compare.ts';

type Compared = Pick<ComparisonDocument, 'split' | 'sentences' | 'confidence' | 'resamples' | 'systems' | 'pairs'>;

/** Systems in a summary. */
const mostTold = 3;

/** The best first, and by how much it is ahead of the next, in one line. */
export function summaryOfComparison({ systems, pairs, resamples }: Compared): string {
  const told = systems
    .slice(0, mostTold)
    .map(({ name, bleu, runs }) => `${name} ${spread(bleu, 2)} (${countSeeds(runs.length)})`)
    .join(', ');
  const others = systems.length > mostTold ? ` and ${systems.length - mostTold} more` : '';
  return [`BLEU ${told}${others}`, ...pairs.slice(0, 1).map((pair) => pairLine(pair, resamples))].join('; ');
}

/** What there is to read of a comparison, in lines. */
export function tableOfComparison(compared: Compared): string[] {
  const { split, sentences, systems, pairs, resamples } = compared;
  const percent = `${Number((100 * compared.confidence).toFixed(3))} %`;
  const hasLoss = systems.some(({ loss }) => loss !== undefined);
  const head = ['system', 'seeds', 'BLEU', 'deviation', ...(hasLoss ? ['loss', 'deviation'] : [])];
  const rows = systems.map(({ name, runs, bleu, loss }) => [
    name,
    String(runs.length),
    ...cells(bleu, 2),
    ...(loss === undefined ? [] : cells(loss, 3)),
  ]);
  const single = systems.filter(({ runs }) => runs.length === 1).map(({ name }) => name);
  return [
    `On ${split}, ${sentences} sentences. Means over seeds ± half of the ${percent} interval (Student's t).`,
    ...(single.length === 0 ? [] : [`One seed, hence no interval over seeds: ${single.join(', ')}.`]),
    '',
    ...aligned([head, ...rows]),
    ...(pairs.length === 0
      ? []
      : [
          '',
          `Differences with their ${percent} intervals over seeds and sentences (${resamples} resamples).`,
          '',
          ...pairs.map((pair) => pairLine(pair, resamples)),
        ]),
  ];
}

/** `found − lite: BLEU +0.69 (−0.26 to +1.64), p = 0.150; loss −0.004 (…), p = 0.610` */
function pairLine({ first, second, bleu, loss, disagree, single }: ComparedPair, resamples: number): string {
  const parts = [`BLEU ${difference(bleu, 2, resamples)}`];
  if (loss !== undefined) parts.push(`loss ${difference(loss, 3, resamples)}`);
  if (disagree) parts.push('BLEU and loss disagree');
  if (single.length > 0)
    parts.push(`how ${single.join(' and ')} ${single.length === 1 ? 'varies' : 'vary'} by seed is left out`);
  return `${first} − ${second}: ${parts.join('; ')}`;
}

function difference(
  { difference: value, interval, pValue }: MeanDifference,
  digits: number,
  resamples: number,
): string {
  const [low, high] = [interval.low, interval.high].map((bound) => signed(bound, digits));
  return `${signed(value, digits)} (${low} to ${high}), ${formatP(pValue, pValue <= ruleOfThree(resamples))}`;
}

function cells({ mean, deviation, interval }: Spread, digits: number): string[] {
  return [spread({ mean, interval }, digits), deviation === undefined ? '–' : deviation.toFixed(digits + 1)];
}

function spread({ mean, interval }: Spread, digits: number): string {
  const half = interval === undefined ? '' : ` ± ${((interval.high - interval.low) / 2).toFixed(digits)}`;
  return mean.toFixed(digits) + half;
}

export function countSeeds(count: number): string {
  return count === 1 ? '1 seed' : `${count} seeds`;
}

export function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? '−' : '+'}${text}`;
}

/** Cells below each other, two spaces apart. */
function aligned(rows: readonly string[][]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
}
