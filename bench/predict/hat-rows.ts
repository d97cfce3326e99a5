import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { LabelledRows } from '../../src/boosting/boost.ts';
import type { Norms } from '../../src/prediction/mlp.ts';

/** A file of HAT's latencies. */
export interface LatencyFile {
  name: string;
  /** HAT's ten features, and encoder and decoder together in ms. */
  measured: LabelledRows;
  norms: Norms;
}

/** HAT's (configs/…/latency_predictor), the same for all its machines. */
const featureNorms = [640, 6, 2048, 6, 640, 6, 2048, 6, 6, 2];

/** HAT's `lat-norm`, in ms: by what a file's name begins with. */
const targetNorms = [
  { begins: /iwslt14/, target: 200 },
  { begins: /wmt14.*xeon/, target: 300 },
];

/**
 * Every `*.csv` and `*.csv.gz` of a folder: a head, then ten features, encoder's and decoder's mean in ms and their
 * deviations, which are not used.
 */
export function readLatencies(folder: string): LatencyFile[] {
  const files = readdirSync(folder).filter((name) => /\.csv(\.gz)?$/.test(name));
  return files.map((name) => {
    const bytes = readFileSync(path.join(folder, name));
    const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    const lines = text.trim().split('\n').slice(1);
    const numbers = lines.map((line) => line.split(',').map(Number));
    const odd = numbers.findIndex((row) => row.length < featureNorms.length + 2 || !row.every(Number.isFinite));
    if (odd >= 0)
      throw new Error(`${path.join(folder, name)}:${odd + 2}: ten features and two latencies are expected.`);
    const measured = {
      rows: numbers.map((row) => row.slice(0, featureNorms.length)),
      targets: numbers.map((row) => row[featureNorms.length] + row[featureNorms.length + 1]),
    };
    const known = targetNorms.find(({ begins }) => begins.test(name))?.target;
    return { name, measured, norms: { features: featureNorms, target: known ?? Math.max(...measured.targets) } };
  });
}
