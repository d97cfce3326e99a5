// Training curves of a pipeline's supernets as a picture, and their last losses as a table: npm run curves PIPELINE [FILE.svg]
//
// Takes the newest results in runs/latest. Each assignment of the pipeline's matrix is a curve: the rounds of training one after the other.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Series } from '../stages/shared/metrics.ts';

interface Curve {
  name: string;
  rounds: { updates: number; loss: number; parameters: number }[];
  /** Update, mean loss. */
  points: Series;
  colour: string;
}

/** Of a `metrics` artifact of a round. */
interface Metrics {
  series: { loss: Series };
  values: { parameters: number };
}

/** Updates whose loss is a point: single ones vary with the subnet that they drew. */
const stretch = 100;
/** Before this share of all updates the curves are one, and so high that the rest would be flat. */
const shownFrom = 0.1;
/** In the colours of figure 3. */
const arms = ['naive', 'top', 'evolution', 'reduction'];
const size = { width: 720, height: 400, left: 52, right: 16, top: 16, bottom: 44 };
const colours = ['#7f7f7f', '#1f77b4', '#2ca02c', '#d62728', '#9467bd', '#8c564b'];

const [pipeline = 'ablation-multi30k', file] = process.argv.slice(2);
const curves = readCurves(path.join('runs/latest', pipeline));
if (curves.length === 0) {
  console.error(`runs/latest/${pipeline} has no trained supernet: run the pipeline first.`);
  process.exit(2);
}
for (const { name, rounds } of curves) {
  // Results of an older run beside those of one that has not come as far would be drawn as if they belonged together.
  const [own, first] = [rounds, curves[0].rounds].map((each) => each.map(({ updates }) => updates).join(', '));
  if (own === first) continue;
  console.error(`${name} has rounds up to updates ${own}, and ${curves[0].name} up to ${first}: run all to the end.`);
  process.exit(2);
}
console.log(`| mean of the last ${2 * stretch} updates (size of the subnets drawn) | ${curves[0].rounds.map(({ updates }) => `to ${updates}`).join(' | ')} |\n| --- |${' --- |'.repeat(curves[0].rounds.length)}`);
for (const { name, rounds } of curves) {
  console.log(`| ${name} | ${rounds.map(({ loss, parameters }) => `${loss.toFixed(3)} (${(parameters / 1e6).toFixed(2)} M)`).join(' | ')} |`);
}
if (file !== undefined) writeFileSync(file, draw(curves));

function readCurves(folder: string): Curve[] {
  if (!existsSync(folder)) return [];
  const stages = readdirSync(folder).flatMap((stage) => {
    const match = /^train(?:\.(\d+)|-last)(?:@(.*))?$/.exec(stage);
    return match ? [{ stage, round: Number(match[1] ?? Infinity), name: match[2] ?? pipeline }] : [];
  }).sort((a, b) => a.round - b.round);
  const place = (name: string) => arms.indexOf(/(?:^|,)arm=([^,]*)/.exec(name)?.[1] ?? '');
  const names = [...new Set(stages.map(({ name }) => name))].sort().sort((a, b) => place(a) - place(b));
  return names.map((name, index) => {
    const rounds = stages.filter((stage) => stage.name === name)
      .map(({ stage }) => JSON.parse(readFileSync(path.join(folder, stage, 'metrics/metrics.json'), 'utf8')) as Metrics);
    const losses = rounds.map(({ series }) => series.loss);
    return {
      name: name.replaceAll(',', ', '),
      rounds: losses.map((loss, i) => {
        const [updates] = loss.at(-1)!;
        return { updates, loss: mean(loss.filter(([update]) => update > updates - 2 * stretch)), parameters: rounds[i].values.parameters };
      }),
      points: smooth(losses.flat()),
      colour: colours[(place(name) < 0 ? arms.length + index : place(name)) % colours.length],
    };
  });
}

function smooth(losses: Series): Series {
  const groups = new Map<number, Series>();
  for (const point of losses) {
    const end = Math.ceil(point[0] / stretch) * stretch;
    groups.set(end, [...groups.get(end) ?? [], point]);
  }
  return [...groups].map(([end, points]) => [end, mean(points)]);
}

function mean(points: Series): number {
  return points.reduce((sum, [, loss]) => sum + loss, 0) / points.length;
}

/** An SVG with one line a curve. */
function draw(all: readonly Curve[]): string {
  const last = Math.max(...all.flatMap(({ points }) => points.map(([update]) => update)));
  const first = Math.floor((shownFrom * last) / stretch) * stretch;
  const shown = all.map(({ points }) => points.filter(([update]) => update >= first));
  const losses = shown.flat().map(([, loss]) => loss);
  const low = Math.floor(Math.min(...losses) * 4) / 4;
  const high = Math.ceil(Math.max(...losses) * 4) / 4;
  const x = (update: number) => (size.left + ((update - first) / (last - first)) * (size.width - size.left - size.right)).toFixed(1);
  const y = (loss: number) => (size.top + ((high - loss) / (high - low)) * (size.height - size.top - size.bottom)).toFixed(1);
  const levels = Array.from({ length: Math.round((high - low) * 4) + 1 }, (_, i) => low + i / 4);
  const right = size.width - size.right;
  const bottom = size.height - size.bottom;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="12" fill="#333">`,
    `<rect width="${size.width}" height="${size.height}" fill="#fff"/>`,
    ...levels.map((loss) => `<path d="M${size.left} ${y(loss)}H${right}" stroke="#ddd"/><text x="${size.left - 6}" y="${Number(y(loss)) + 4}" text-anchor="end">${loss.toFixed(2)}</text>`),
    ...all[0].rounds.map(({ updates }) => `<path d="M${x(updates)} ${size.top}V${bottom}" stroke="#bbb" stroke-dasharray="3 3"/><text x="${x(updates)}" y="${bottom + 16}" text-anchor="middle">${updates}</text>`),
    `<text x="${(size.left + right) / 2}" y="${size.height - 8}" text-anchor="middle">updates</text>`,
    `<text transform="translate(12 ${(size.top + bottom) / 2}) rotate(-90)" text-anchor="middle">training loss of the subnets drawn, nats a token</text>`,
    ...shown.map((points, i) => `<polyline fill="none" stroke="${all[i].colour}" stroke-width="1.6" points="${points.map(([update, loss]) => `${x(update)},${y(loss)}`).join(' ')}"/>`),
    ...all.map(({ name, colour }, i) => `<path d="M${right - 170} ${size.top + 12 + 18 * i}h24" stroke="${colour}" stroke-width="2"/><text x="${right - 138}" y="${size.top + 16 + 18 * i}">${name}</text>`),
    '</svg>\n',
  ].join('\n');
}
