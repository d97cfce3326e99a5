import { readFileSync } from 'node:fs';
import type { RunRecord, RunStage } from '../records.ts';
import type { Store } from '../store/store.ts';

/** A line of a stage's `metrics.jsonl`. */
export interface MetricLine {
  /** Which part of the stage's work tells it: `train 3/8`. */
  part?: string;
  /** How far the stage was. */
  step: number;
  /** Of what: `update`; absent: of lines. */
  stepName?: string;
  /** Seconds since the stage was started, where the line says so. */
  seconds?: number;
  /** What else it says, by name; what is said in words comes before the name. */
  figures: Record<string, number>;
  /** As it stands in the file. */
  values: Readonly<Record<string, string | number>>;
}

/** Figures that say how far a stage was: the first that a line has. */
const steps = ['update', 'iteration', 'rung', 'done'];
/** About the progress and not of the work. */
const aboutProgress = new Set(['seconds', 'total', 'part', 'unit']);

/** What a stage told over time, in its order, from the run that executed it; a line that is being written is left out. */
export function readStageMetrics(run: RunRecord, stage: Pick<RunStage, 'id'>, store: Store): MetricLine[] {
  const file = store.metricsFile(run, stage.id);
  if (file === undefined) return [];
  return readFileSync(file, 'utf8').split('\n').flatMap(parseLine);
}

function parseLine(text: string, index: number): MetricLine[] {
  const values = objectOf(text);
  if (values === undefined) return [];
  const stepName = steps.find((name) => Number.isInteger(values[name]));
  const { part, seconds } = values;
  const words = Object.entries(values).filter(([name, value]) => typeof value === 'string' && !aboutProgress.has(name));
  const prefix = words.map(([, value]) => `${value}/`).join('');
  const figures = Object.entries(values).filter(
    (entry): entry is [string, number] =>
      typeof entry[1] === 'number' && entry[0] !== stepName && !aboutProgress.has(entry[0]),
  );
  return [
    {
      ...(typeof part === 'string' ? { part } : {}),
      ...(stepName === undefined ? { step: index + 1 } : { step: Number(values[stepName]), stepName }),
      ...(typeof seconds === 'number' ? { seconds } : {}),
      figures: Object.fromEntries(figures.map(([name, value]) => [`${prefix}${name}`, value])),
      values,
    },
  ];
}

function objectOf(text: string): MetricLine['values'] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as MetricLine['values'])
      : undefined;
  } catch {
    return undefined;
  }
}
