import type { ReportPart } from '../../report/part.ts';
import type { RunRecord, RunStage } from '../records.ts';
import type { Store } from '../store/store.ts';
import { readStageMetrics, type MetricLine } from './stage-metrics.ts';

const chapter = 'So far';
/** Of a curve. */
const mostPoints = 300;
/** Of a stage, those that it told first. */
const mostFigures = 4;

/** What stages told that are at work, or did not come to their end: their figures over time, and where each is. */
export function partsSoFar(run: RunRecord, store: Store, several: boolean): ReportPart[] {
  const stages = run.stages
    .filter(({ outcome }) => outcome === 'running' || outcome === 'interrupted' || outcome === 'failed')
    .map((stage) => ({ stage, lines: readStageMetrics(run, stage, store) }))
    .filter(({ lines }) => lines.length > 0);
  if (stages.length === 0) return [];
  const commands = [`npm run pipeline logs ${stages[0].stage.id} ${run.id}`];
  const of = several ? ` of ${run.id}` : '';
  return [
    { chapter, title: `Where stages are${of}`, content: { kind: 'table', table: placesTable(stages) }, commands },
    ...stages.flatMap(({ stage: { id }, lines }) =>
      figuresOf(lines).map((figure): ReportPart => ({
        chapter,
        title: `${figure} of ${id}${of}`,
        content: curveOf(figure, lines),
        commands: [`npm run pipeline logs ${id} ${run.id}`],
      })),
    ),
  ];
}

/** The last line of each stage and part. */
function placesTable(stages: readonly { stage: RunStage; lines: readonly MetricLine[] }[]) {
  return {
    columns: [
      { name: 'stage', title: 'Stage' },
      { name: 'outcome', title: 'Outcome' },
      { name: 'part', title: 'Part' },
      { name: 'step', title: 'Step' },
      { name: 'of', title: 'Of' },
      { name: 'figures', title: 'Figures' },
    ],
    rows: stages.flatMap(({ stage, lines }) =>
      [...new Map(lines.map((line) => [line.part, line])).values()].map(({ part, step, values, figures }) => ({
        stage: stage.id,
        outcome: stage.outcome,
        part: part ?? null,
        step,
        of: values.total ?? null,
        figures: Object.entries(figures)
          .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
          .join(', '),
      })),
    ),
  };
}

function figuresOf(lines: readonly MetricLine[]): string[] {
  const several = (name: string) => lines.filter(({ figures }) => name in figures).length > 1;
  return [...new Set(lines.flatMap(({ figures }) => Object.keys(figures)))].filter(several).slice(0, mostFigures);
}

function curveOf(figure: string, lines: readonly MetricLine[]): ReportPart['content'] {
  const told = lines.filter(({ figures }) => figure in figures);
  const parts = [...new Set(told.map(({ part }) => part))];
  const rows = parts.flatMap((part) =>
    thinned(told.filter((line) => line.part === part)).map(({ step, figures }) => ({
      part: part ?? 'the stage itself',
      step,
      value: figures[figure],
    })),
  );
  return {
    kind: 'chart',
    table: {
      columns: [
        { name: 'part', title: 'Part' },
        { name: 'step', title: 'Step' },
        { name: 'value', title: figure, digits: 4 },
      ],
      rows,
    },
    x: { label: told.at(-1)!.stepName ?? 'line', ticks: 'compact' },
    y: { label: figure },
    marks: [{ type: 'line', x: 'step', y: 'value' }],
    colour: 'part',
    height: 240,
  };
}

/** Every so-manyth, and the last. */
function thinned(lines: readonly MetricLine[]): MetricLine[] {
  const every = Math.ceil(lines.length / mostPoints);
  return lines.filter((_, i) => i % every === 0 || i === lines.length - 1);
}
