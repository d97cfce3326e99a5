import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type ScoredSystem, scoredSystems, testSetsOf } from '../../src/depiction/scored-systems.ts';
import { type WorkShares, workOfAll, workShares } from '../../src/depiction/work-shares.ts';
import type { ReportPart, DataTable } from '../../src/report/part.ts';
import type { Reporter } from '../../src/report/reporter.ts';
import { bleuOf } from '../../src/text/bleu/score.ts';
import { parseSentences } from '../../src/text/bleu/sentences.ts';
import compareBleu from '../comparisons/bleu.ts';

const chapter = 'Translations';
/** Larger ones are a table alone. */
const mostTallied = 4;
/** All pairs of these are compared. */
const mostCompared = 4;
/** Lengths of references, in tokens. */
const bins = [10, 20, 30, 40, 50, Infinity].map((most, i, all) => {
  const least = i === 0 ? 1 : all[i - 1] + 1;
  return { least, most, label: most === Infinity ? `over ${least - 1}` : `${least}–${most}` };
});

/** The verdict: scores with their intervals, sizes and times; differences between systems; BLEU by size and by length. */
const report: Reporter = ({ artifacts }) => {
  const systems = scoredSystems(artifacts);
  if (systems.length === 0) return [];
  const commands = systems.map(({ stage }) => stage.command);
  return [
    { ...verdict(systems), commands },
    ...differences(systems).map((part) => ({ ...part, commands })),
    ...bySize(systems).map((part) => ({ ...part, commands })),
    ...work(systems).map((part) => ({ ...part, commands })),
    ...byLength(systems).map((part) => ({ ...part, commands })),
  ];
};

export default report;

type Drawn = Omit<ReportPart, 'commands'>;

/** The paper's table 1: search and (re)training apart. */
function work(systems: readonly ScoredSystem[]): Drawn[] {
  const shares = workShares(systems);
  const rows = systems.flatMap(({ name }, i) => {
    const share = shares[i];
    return share === undefined ? [] : [rowOf(name, share, share.shared)];
  });
  if (rows.length === 0) return [];
  const all = systems.length > 1 ? workOfAll(systems) : undefined;
  const table: DataTable = {
    columns: [
      { name: 'system', title: 'System' },
      { name: 'search', title: 'Search, core-hours', digits: 2 },
      { name: 'shared', title: 'Of that, shared', digits: 2 },
      { name: 'training', title: 'Training, core-hours', digits: 2 },
      { name: 'together', title: 'Together', digits: 2 },
    ],
    rows: [...rows, ...(all === undefined ? [] : [rowOf('all, what they share counted once', all, null)])],
  };
  return [
    {
      chapter: 'Cost',
      title: 'Search and training',
      text: [
        'Processor time of the stages that a network came of, its supernet among them, and of the stage that made the model from it, from '
          + 'scratch or by fine-tuning. Interrupted and failed executions count; preparing the text does not.',
      ],
      content: { kind: 'table', table },
    },
  ];
}

function rowOf(system: string, { search, training }: Pick<WorkShares, 'search' | 'training'>, shared: number | null) {
  const hours = (seconds: number) => seconds / 3600;
  return {
    system,
    search: hours(search),
    shared: shared === null ? null : hours(shared),
    training: hours(training),
    together: hours(search + training),
  };
}

function verdict(systems: readonly ScoredSystem[]): Drawn {
  const table = verdictTable(systems);
  const content: ReportPart['content'] =
    table.rows.length > mostTallied
      ? { kind: 'table', table }
      : {
          kind: 'tally',
          table,
          label: 'system',
          figures: [
            { column: 'bleu', plusMinus: 'half', note: 'tokenised, lowercased; 95 %' },
            { column: 'sacrebleu', plusMinus: 'sacreHalf', note: 'lowercased; 95 %' },
            { column: 'chrf' },
            { column: 'ter', note: 'less is better' },
            { column: 'layers', millions: true, note: 'what the paper counts' },
            { column: 'withOutput', millions: true, note: 'output projection included' },
            { column: 'total', millions: true, note: 'embeddings included' },
            { column: 'operations', millions: true, note: 'layers, 30 tokens a side' },
            { column: 'latency', note: 'a translation, where it was searched' },
            { column: 'minutes', note: 'all stages that it came of' },
          ],
        };
  return {
    chapter,
    headline: true,
    title: 'Result',
    text: [
      'BLEU of the test set with the middle 95 % of resamples, beside copying the source, which no knowledge is needed for.',
    ],
    content,
  };
}

function verdictTable(systems: readonly ScoredSystem[]): DataTable {
  const severalSets = systems.some(({ document }) => document.others !== undefined);
  return {
    columns: [
      { name: 'system', title: 'System' },
      { name: 'split', title: 'Test set' },
      { name: 'sentences', title: 'Sentences' },
      { name: 'bleu', title: 'BLEU', digits: 2 },
      { name: 'half', title: '± of BLEU', digits: 2 },
      { name: 'sacrebleu', title: 'sacreBLEU', digits: 2 },
      { name: 'sacreHalf', title: '± of sacreBLEU', digits: 2 },
      { name: 'chrf', title: 'chrF2', digits: 2 },
      { name: 'ter', title: 'TER', digits: 2 },
      { name: 'copying', title: 'BLEU of the source', digits: 2 },
      { name: 'layers', title: 'Parameters, layers' },
      { name: 'withOutput', title: 'Parameters with output' },
      { name: 'total', title: 'Parameters in all' },
      { name: 'operations', title: 'Multiply-adds' },
      { name: 'latency', title: 'Latency, ms', digits: 1 },
      { name: 'minutes', title: 'Time, min', digits: 1 },
      { name: 'signature', title: 'How sacreBLEU was computed' },
    ],
    rows: systems.flatMap((system) =>
      testSetsOf(system).map(({ split, figures }) => ({
        system: nameOn(system, split, severalSets),
        split,
        sentences: figures.sentences,
        bleu: figures.score,
        half: figures.confidence.halfWidth,
        sacrebleu: figures.sacrebleu.score,
        sacreHalf: figures.sacrebleu.confidence.halfWidth,
        // Former versions did not have these.
        chrf: figures.chrf?.score ?? null,
        ter: figures.ter?.score ?? null,
        copying: figures.copyingTheSource,
        layers: system.model?.parameters.layers ?? null,
        withOutput: system.model?.parameters.withOutput ?? null,
        total: system.model?.parameters.total ?? null,
        operations: system.operations ?? null,
        latency: system.latency ?? null,
        minutes: system.seconds === undefined ? null : system.seconds / 60,
        signature: figures.sacrebleu.signature,
      })),
    ),
  };
}

function nameOn({ name }: ScoredSystem, split: string, severalSets: boolean): string {
  return severalSets ? `${name} on ${split}` : name;
}

/** Of all pairs of few systems, whether they differ by more than chance; of many, a stage `compare` says it. */
function differences(systems: readonly ScoredSystem[]): Drawn[] {
  if (systems.length < 2 || systems.length > mostCompared) return [];
  const rows = systems.flatMap((before, i) =>
    systems.slice(i + 1).flatMap((after) =>
      compareBleu({ before: before.folder, after: after.folder }).map(({ name, text, values }) => ({
        pair: `${before.name} → ${after.name}`,
        test: name,
        result: text,
        delta: numberOr(values.delta),
        low: numberOr(values.low),
        high: numberOr(values.high),
      })),
    ),
  );
  return [
    {
      chapter,
      headline: true,
      title: 'Differences of BLEU',
      text: [
        'A difference is more than chance where its 95 % interval is without 0. One training of each system: how they vary by seed is not in it.',
      ],
      content: {
        kind: 'table',
        table: {
          columns: [
            { name: 'pair', title: 'Systems' },
            { name: 'test', title: 'Test' },
            { name: 'result', title: 'Result' },
            { name: 'delta', title: 'Difference', digits: 2 },
            { name: 'low', title: 'Low', digits: 2 },
            { name: 'high', title: 'High', digits: 2 },
          ],
          rows,
        },
      },
    },
  ];
}

function numberOr(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function bySize(systems: readonly ScoredSystem[]): Drawn[] {
  const rows = systems.flatMap(({ name, model, document: { score, confidence } }) =>
    model === undefined
      ? []
      : [
          {
            system: name,
            parameters: model.parameters.layers,
            bleu: score,
            low: confidence.mean - confidence.halfWidth,
            high: confidence.mean + confidence.halfWidth,
          },
        ],
  );
  if (rows.length < 2) return [];
  return [
    {
      chapter,
      headline: true,
      title: 'Size against BLEU',
      text: ['Parameters of the layers; 95 % intervals by resampling sentences.'],
      content: {
        kind: 'chart',
        table: {
          columns: [
            { name: 'system', title: 'System' },
            { name: 'parameters', title: 'Parameters, layers only' },
            { name: 'bleu', title: 'BLEU', digits: 2 },
            { name: 'low', title: 'Low', digits: 2 },
            { name: 'high', title: 'High', digits: 2 },
          ],
          rows,
        },
        x: { label: 'parameters, layers only', ticks: 'compact' },
        y: { label: 'BLEU' },
        marks: [
          { type: 'interval', across: 'y', at: 'parameters', low: 'low', high: 'high' },
          { type: 'dot', x: 'parameters', y: 'bleu' },
        ],
        colour: 'system',
      },
    },
  ];
}

function byLength(systems: readonly ScoredSystem[]): Drawn[] {
  const rows = systems.flatMap((system) =>
    testSetsOf(system).flatMap(({ split, folder }) => {
      const file = path.join(folder, 'sentences.json');
      // Former versions kept no counts.
      if (!existsSync(file)) return [];
      const { counts } = parseSentences(readFileSync(file, 'utf8'), file).tokenized;
      return bins.flatMap(({ least, most, label }) => {
        const sentences = counts.filter(({ referenceLength }) => referenceLength >= least && referenceLength <= most);
        return sentences.length === 0
          ? []
          : [
              {
                system: nameOn(system, split, system.document.others !== undefined),
                length: label,
                bleu: bleuOf(sentences).score,
                sentences: sentences.length,
              },
            ];
      });
    }),
  );
  if (rows.length === 0) return [];
  const order = bins.map(({ label }) => label);
  return [
    {
      chapter,
      title: 'BLEU by length',
      text: ['Of the sentences whose reference has so many tokens, together.'],
      content: {
        kind: 'chart',
        table: {
          columns: [
            { name: 'system', title: 'System' },
            { name: 'length', title: 'Tokens of the reference' },
            { name: 'bleu', title: 'BLEU', digits: 2 },
            { name: 'sentences', title: 'Sentences' },
          ],
          rows: rows.toSorted((a, b) => order.indexOf(a.length) - order.indexOf(b.length)),
        },
        x: { label: 'tokens of the reference', scale: 'band' },
        y: { label: 'BLEU', zero: true },
        marks: [
          { type: 'line', x: 'length', y: 'bleu' },
          { type: 'dot', x: 'length', y: 'bleu' },
        ],
        colour: 'system',
        height: 280,
      },
    },
  ];
}
