// Training curves of a run's supernets as a picture, and their losses by round as tables: npm run
// curves RUN|PIPELINE.json5 [FILE.svg]
//
// A curve is a supernet with all that it went on from, round by round: one for each assignment of a matrix, such as the
// arms of figure 3, that has more than the beginning that all share. Of a pipeline file it is the latest of the runs
// that have the most of its supernets, as far as the store still holds them: others may have been of single stages.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { processConsole } from '../src/cli/console.ts';
import { reportError } from '../src/cli/errors.ts';
import { runNamed } from '../src/cli/project.ts';
import { drawMarkdownTable } from '../src/cli/render/table.ts';
import { looksLikeFile } from '../src/cli/words.ts';
import { Diagnostic } from '../src/runner/diagnostic.ts';
import { findProject } from '../src/runner/catalogue/project.ts';
import { openStore, type Store } from '../src/runner/store/store.ts';
import type { RunRecord, RunStage } from '../src/runner/records.ts';
import type { Digest } from '../src/runner/types.ts';
import { meanOf, type Series } from '../src/artifacts/metrics.ts';

interface Curve {
  name: string;
  rounds: Round[];
  /** Update, mean loss. */
  points: Series;
  colour: string;
  dashes: string;
}

/** The values of a round's `metrics`, and where it ends. */
type Round = Record<'updates' | 'loss' | 'parameters' | 'smallest' | 'largest', number>;

/** Of a `metrics` artifact of a round. */
interface Metrics {
  series: { loss: Series };
  values: Omit<Round, 'updates'>;
}

/** Updates whose loss is a point: single ones vary with the subnet that they drew. */
const stretch = 100;
/** Before this share of all updates the curves are one, and so high that the rest would be flat. */
const shownFrom = 0.1;
const size = { width: 720, height: 400, left: 52, right: 16, top: 16, bottom: 44 };
const arms = ['naive', 'top', 'evolution', 'reduction'];
/** The first are those of figure 3 for its arms. */
const palette = ['#7f7f7f', '#1f77b4', '#2ca02c', '#d62728', '#9467bd', '#8c564b'];
const dashes = ['', '8 3', '2 3', '8 3 2 3'];

try {
  const [word, file] = process.argv.slice(2);
  if (word === undefined)
    throw new Diagnostic('curves needs a run or a pipeline file', {
      hint: 'npm run curves pipelines/ablation-multi30k.json5',
    });
  const store = openStore({ project: findProject(path.resolve(looksLikeFile(word) ? word : '.shrinknas')) });
  const { run, supernets } = fullestRun(word, store);
  const curves = readCurves(run, supernets, store);
  console.log(`Run ${run.id}\n\n${tablesOf(curves)}`);
  if (file !== undefined) writeFileSync(file, draw(curves));
} catch (error) {
  process.exitCode = reportError(error, processConsole());
}

function fullestRun(word: string, store: Store): { run: RunRecord; supernets: RunStage[] } {
  const latest = runNamed(word, store, process.cwd());
  const runs = looksLikeFile(word) ? store.runs().filter(({ file }) => file === latest.file) : [latest];
  return runs
    .map((run) => ({ run, supernets: supernetsOf(run, store) }))
    .reduce((best, other) => (other.supernets.length > best.supernets.length ? other : best));
}

function supernetsOf({ stages }: RunRecord, store: Store): RunStage[] {
  return stages.filter(
    ({ type, outputs: { metrics } }) =>
      type === 'train-supernet' && metrics !== undefined && existsSync(store.artifactFolder(metrics.digest)),
  );
}

/**
 * Those of a run's supernets that nothing goes on from, of those that began in the same stage as the one with the most
 * rounds; in figure 3's order where they are its arms, else in that of the run.
 */
function readCurves(run: RunRecord, supernets: readonly RunStage[], store: Store): Curve[] {
  const madeBy = new Map<Digest | undefined, RunStage>(
    supernets.map((stage) => [stage.outputs.checkpoint.digest, stage]),
  );
  const origins = supernets.map(({ fields }) => fields?.inputs.checkpoint);
  const chainTo = (stage?: RunStage): RunStage[] =>
    stage ? [...chainTo(madeBy.get(stage.fields?.inputs.checkpoint)), stage] : [];
  const chains = supernets
    .filter(({ outputs }) => !origins.includes(outputs.checkpoint.digest))
    .map((last) => ({ last, rounds: chainTo(last) }));
  if (chains.length === 0)
    throw new Diagnostic(`run ${run.id} has no trained supernet`, {
      hint: 'Run its stages of the type train-supernet first.',
    });
  const [{ stage: beginning }] = chains.reduce((a, b) => (b.rounds.length > a.rounds.length ? b : a)).rounds;
  const armOf = (stage: string) => arms.indexOf(/[@,]arm=([^,]*)/.exec(stage)?.[1] ?? '');
  const shown = chains
    .filter(({ rounds }) => rounds[0].stage === beginning)
    .toSorted((a, b) => armOf(a.last.id) - armOf(b.last.id));
  const colours = shown.map(
    ({ last }, i) => palette[(armOf(last.id) < 0 ? arms.length + i : armOf(last.id)) % palette.length],
  );
  return shown.map(({ last, rounds }, i) => {
    const metrics = rounds.map(
      ({ outputs }) =>
        JSON.parse(
          readFileSync(path.join(store.artifactFolder(outputs.metrics.digest), 'metrics.json'), 'utf8'),
        ) as Metrics,
    );
    return {
      name: (last.id.split('@')[1] ?? run.id).replaceAll(',', ', '),
      rounds: metrics.map(({ series: { loss }, values }) => ({ updates: loss.at(-1)![0], ...values })),
      points: smooth(metrics.flatMap(({ series }) => series.loss)),
      colour: colours[i],
      // Several of one arm differ by their dashes.
      dashes: dashes[colours.slice(0, i).filter((colour) => colour === colours[i]).length % dashes.length],
    };
  });
}

function tablesOf(curves: readonly Curve[]): string {
  const millions = (parameters: number) => `${(parameters / 1e6).toFixed(2)} M`;
  return [
    'Training loss, mean of the last fifth of the round, and mean size of the subnets drawn (layers only)',
    '',
    table(curves, ({ loss, parameters }) => `${loss.toFixed(3)}, ${millions(parameters)}`),
    '',
    'Validation loss of the smallest and of the largest subnet after the round',
    '',
    table(curves, ({ smallest, largest }) => `${smallest.toFixed(3)}, ${largest.toFixed(3)}`),
  ].join('\n');
}

function table(curves: readonly Curve[], cell: (round: Round) => string): string {
  const ends = [...new Set(curves.flatMap(({ rounds }) => rounds.map(({ updates }) => updates)))].sort((a, b) => a - b);
  const cellsOf = ({ rounds }: Curve) =>
    ends.map((end) => {
      const round = rounds.find(({ updates }) => updates === end);
      return round ? cell(round) : '';
    });
  return drawMarkdownTable([
    ['update', ...ends.map(String)],
    ...curves.map((curve) => [curve.name, ...cellsOf(curve)]),
  ]);
}

function smooth(losses: Series): Series {
  const groups = new Map<number, Series>();
  for (const point of losses) {
    const end = Math.ceil(point[0] / stretch) * stretch;
    groups.set(end, [...(groups.get(end) ?? []), point]);
  }
  return [...groups].map(([end, points]) => [end, meanOf(points)]);
}

/** An SVG with one line a curve. */
function draw(all: readonly Curve[]): string {
  const last = Math.max(...all.flatMap(({ points }) => points.map(([update]) => update)));
  const first = Math.floor((shownFrom * last) / stretch) * stretch;
  const shown = all.map(({ points }) => points.filter(([update]) => update >= first));
  const losses = shown.flat().map(([, loss]) => loss);
  const low = Math.floor(Math.min(...losses) * 4) / 4;
  const high = Math.ceil(Math.max(...losses) * 4) / 4;
  const x = (update: number) =>
    (size.left + ((update - first) / (last - first)) * (size.width - size.left - size.right)).toFixed(1);
  const y = (loss: number) =>
    (size.top + ((high - loss) / (high - low)) * (size.height - size.top - size.bottom)).toFixed(1);
  const levels = Array.from({ length: Math.round((high - low) * 4) + 1 }, (_, i) => low + i / 4);
  const right = size.width - size.right;
  const bottom = size.height - size.bottom;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" `
      + 'font-family="sans-serif" font-size="12" fill="#333">',
    `<rect width="${size.width}" height="${size.height}" fill="#fff"/>`,
    ...levels.map(
      (loss) =>
        `<path d="M${size.left} ${y(loss)}H${right}" stroke="#ddd"/><text x="${size.left - 6}" `
        + `y="${Number(y(loss)) + 4}" text-anchor="end">${loss.toFixed(2)}</text>`,
    ),
    ...[...new Set(all.flatMap(({ rounds }) => rounds.map(({ updates }) => updates)))].map(
      (updates) =>
        `<path d="M${x(updates)} ${size.top}V${bottom}" stroke="#bbb" stroke-dasharray="3 3"/><text `
        + `x="${x(updates)}" y="${bottom + 16}" text-anchor="middle">${updates}</text>`,
    ),
    `<text x="${(size.left + right) / 2}" y="${size.height - 8}" text-anchor="middle">updates</text>`,
    `<text transform="translate(12 ${(size.top + bottom) / 2}) rotate(-90)" text-anchor="middle">training loss `
      + 'of the subnets drawn, nats a token</text>',
    ...shown.map(
      (points, i) =>
        `<polyline fill="none" stroke="${all[i].colour}" stroke-dasharray="${all[i].dashes}" stroke-width="1.6" `
        + `points="${points.map(([update, loss]) => `${x(update)},${y(loss)}`).join(' ')}"/>`,
    ),
    ...all.map(
      ({ name, colour, dashes: dash }, i) =>
        `<path d="M${right - 170} ${size.top + 12 + 18 * i}h24" stroke="${colour}" stroke-dasharray="${dash}" `
        + `stroke-width="2"/><text x="${right - 138}" y="${size.top + 16 + 18 * i}">${name}</text>`,
    ),
    '</svg>\n',
  ].join('\n');
}
