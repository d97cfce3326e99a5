import type { Column, Diagram, ReportPart, DataTable, TableCell } from '../../report/part.ts';
import type { Attempt, RunRecord, RunStage } from '../records.ts';
import type { Json } from '../stage.ts';
import { quoteWord } from './quoting.ts';
import { commandFor } from './runs.ts';

const chapter = 'How it was run';

/** More boxes than a drawing is read with: instances of one stage are one box then. */
const mostBoxes = 36;

/** How runs went and what they were made with: from their records alone, whatever their stages are about. */
export function provenanceParts(runs: readonly RunRecord[]): ReportPart[] {
  return [
    about(runs),
    ...runs.map((run) => graph(run, runs.length > 1)),
    ...runs.flatMap((run) => timeline(run, runs.length > 1)),
    settings(runs),
    keys(runs),
  ];
}

/** Facts of each run, side by side. */
function about(runs: readonly RunRecord[]): ReportPart {
  const facts: Record<string, (run: RunRecord) => TableCell> = {
    Pipeline: ({ pipeline, file }) => `${pipeline} (${file})`,
    Status: ({ status }) => status,
    Started: ({ started }) => started,
    Seconds: ({ started, finished }) => secondsBetween(started, finished),
    Seed: ({ seed }) => seed,
    Set: ({ overrides }) => overrides.join(' '),
    Commit: ({ git }) => (git === null ? '' : `${git.commit}${git.dirty ? ', with changes' : ''}`),
    'shrinknas': ({ versions }) => versions.shrinknas,
    'Node.js': ({ versions }) => versions.node,
    Host: ({ host: { name, platform, cpu, cores } }) => `${name}, ${platform}, ${cpu}, ${cores} cores`,
    Engine: enginesOf,
  };
  return {
    chapter,
    title: 'Runs',
    content: {
      kind: 'table',
      table: besideEachOther(runs, { name: 'fact', title: 'Fact' }, Object.keys(facts), (run, fact) =>
        facts[fact](run),
      ),
    },
    commands: runs.map((run) => commandFor(run, [])),
  };
}

/** A column a run, a row a name. */
function besideEachOther(
  runs: readonly RunRecord[],
  head: Column,
  names: readonly string[],
  of: (run: RunRecord, name: string) => TableCell,
): DataTable {
  return {
    columns: [head, ...runs.map(({ id }) => ({ name: id, title: id }))],
    rows: names.map((name) => ({
      [head.name]: name,
      ...Object.fromEntries(runs.map((run) => [run.id, of(run, name)])),
    })),
  };
}

function enginesOf({ stages }: RunRecord): string {
  const engines = stages.flatMap(({ engine }) =>
    engine === undefined
      ? []
      : [[engine.name, engine.version, engine.isa].filter((word) => word !== undefined).join(' ')],
  );
  return [...new Set(engines)].join('; ');
}

function graph(run: RunRecord, several: boolean): ReportPart {
  const merged = run.stages.length > mostBoxes;
  const boxOf = ({ id, stage }: RunStage) => (merged ? stage : id);
  const boxes = [...new Set(run.stages.map(boxOf))];
  const edges = edgesOf(run, boxOf);
  const rows = depths(boxes, edges);
  const places = new Map<number, number>();
  const nodes: Diagram['nodes'] = boxes.map((id) => {
    const stages = run.stages.filter((stage) => boxOf(stage) === id);
    const row = rows.get(id)!;
    const column = places.get(row) ?? 0;
    places.set(row, column + 1);
    const outcomes = [...new Set(stages.map(({ outcome }) => outcome))];
    const seconds = stages.reduce((sum, stage) => sum + stage.seconds, 0);
    return {
      id,
      column,
      row,
      lines: [
        stages.length > 1 ? `${id} × ${stages.length}` : id,
        `${outcomes.join(', ')}${outcomes.includes('ran') ? `, ${seconds.toFixed(1)} s` : ''}`,
      ],
      hint: stages
        .map((stage) => `${stage.id} (${stage.type}): ${stage.outcome}${stage.error ? `: ${stage.error}` : ''}`)
        .join('\n'),
      tone: outcomes.length === 1 ? outcomes[0] : 'several outcomes',
    };
  });
  return {
    chapter,
    title: several ? `Pipeline of ${run.id}` : 'Pipeline',
    text: [
      'Each box is a stage with what came of it, arrows lead to those that read what it made; where a longer way leads there, there is no arrow.',
    ],
    content: { kind: 'diagram', table: stageTable(run), nodes, edges: merged ? edges : withoutShortcuts(edges) },
    commands: [`npm run pipeline graph ${quoteWord(run.file)}`],
  };
}

/** Who reads what whom made, by what the artifacts are. */
function edgesOf(run: RunRecord, boxOf: (stage: RunStage) => string): Diagram['edges'] {
  const makers = new Map<string, string>();
  const edges = new Map<string, Diagram['edges'][number]>();
  for (const stage of run.stages) {
    const to = boxOf(stage);
    for (const digest of Object.values(stage.fields?.inputs ?? {})) {
      const from = makers.get(digest);
      if (from !== undefined && from !== to) edges.set(`${from}\n${to}`, { from, to });
    }
    for (const { digest } of Object.values(stage.outputs)) makers.set(digest, to);
  }
  return [...edges.values()];
}

/** Those that no longer way makes needless: a corpus that all stages read would cover the rest. */
function withoutShortcuts(edges: Diagram['edges']): Diagram['edges'] {
  const next = (id: string) => edges.filter(({ from }) => from === id);
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean => {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return next(from).some((edge) => reaches(edge.to, to, seen));
  };
  return edges.filter(({ from, to }) => !next(from).some((edge) => edge.to !== to && reaches(edge.to, to)));
}

/** Length of the longest way to each box. */
function depths(boxes: readonly string[], edges: Diagram['edges']): Map<string, number> {
  const depth = new Map(boxes.map((id) => [id, 0]));
  // Boxes stand in dependency order but where instances are merged: then a few more rounds settle it.
  for (const _ of boxes) {
    let changed = false;
    for (const { from, to } of edges) {
      const least = depth.get(from)! + 1;
      if (depth.get(to)! >= least || least > boxes.length) continue;
      depth.set(to, least);
      changed = true;
    }
    if (!changed) break;
  }
  return depth;
}

function stageTable({ stages }: RunRecord): DataTable {
  const makers = new Map(stages.flatMap(({ id, outputs }) => Object.values(outputs).map(({ digest }) => [digest, id])));
  return {
    columns: [
      { name: 'stage', title: 'Stage' },
      { name: 'type', title: 'Type' },
      { name: 'reads', title: 'Reads from' },
      { name: 'outcome', title: 'Outcome' },
      { name: 'seconds', title: 'Seconds', digits: 1 },
      { name: 'cpu', title: 'CPU seconds', digits: 1 },
      { name: 'memory', title: 'Memory, MB', digits: 0 },
      { name: 'engine', title: 'Engine' },
      { name: 'error', title: 'Error' },
    ],
    rows: stages.map(({ id, type, outcome, seconds, attempts, engine, error, fields }) => {
      const last = attempts?.at(-1);
      return {
        stage: id,
        type,
        reads: [...new Set(Object.values(fields?.inputs ?? {}).flatMap((digest) => makers.get(digest) ?? []))].join(
          ', ',
        ),
        outcome,
        seconds,
        cpu: last?.cpuSeconds ?? null,
        memory: last === undefined ? null : last.peakMemoryBytes / 1e6,
        engine: engine === undefined ? null : `${engine.name} ${engine.version}`,
        error: error ?? null,
      };
    }),
  };
}

function timeline(run: RunRecord, several: boolean): ReportPart[] {
  const rows = run.stages.flatMap(({ id, attempts = [] }) =>
    attempts.map(({ started, seconds, outcome }: Attempt) => {
      const from = secondsBetween(run.started, started);
      return { stage: id, outcome, from, to: from + seconds };
    }),
  );
  if (rows.length === 0) return [];
  return [
    {
      chapter,
      title: several ? `Time of ${run.id}` : 'Time',
      text: ['When each stage was executed. A stage whose result was there already has no bar.'],
      content: {
        kind: 'chart',
        table: {
          columns: [
            { name: 'stage', title: 'Stage' },
            { name: 'outcome', title: 'Outcome' },
            { name: 'from', title: 'From, s', digits: 1 },
            { name: 'to', title: 'To, s', digits: 1 },
          ],
          rows,
        },
        x: { label: 'seconds since the run began', zero: true },
        y: { label: '', scale: 'band' },
        marks: [{ type: 'span', y: 'stage', from: 'from', to: 'to' }],
        colour: 'outcome',
      },
      commands: [`npm run pipeline show ${run.id}`],
    },
  ];
}

/** Parameters of all stages, side by side: what differs between runs comes first. */
function settings(runs: readonly RunRecord[]): ReportPart {
  const values = new Map(
    runs.map((run) => [run, new Map(run.stages.flatMap(({ id, fields }) => flatten(id, fields?.params ?? {})))]),
  );
  const names = [...new Set([...values.values()].flatMap((of) => [...of.keys()]))];
  const differs = (name: string) => new Set([...values.values()].map((of) => of.get(name))).size > 1;
  return {
    chapter,
    title: 'Settings',
    text: runs.length > 1 ? ['What differs comes first.'] : [],
    content: {
      kind: 'table',
      folded: true,
      table: besideEachOther(
        runs,
        { name: 'name', title: 'Parameter' },
        [...names.filter(differs), ...names.filter((name) => !differs(name))],
        (run, name) => values.get(run)!.get(name) ?? null,
      ),
    },
    commands: runs.map(({ id }) => `npm run pipeline show ${id}`),
  };
}

function flatten(name: string, value: Json): [string, string][] {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.entries(value).flatMap(([field, inner]) => flatten(`${name}.${field}`, inner))
    : [[name, typeof value === 'string' ? value : JSON.stringify(value)]];
}

function keys(runs: readonly RunRecord[]): ReportPart {
  return {
    chapter,
    title: 'Keys and artifacts',
    text: ['A key names all that a result depends on, a digest its bytes: who gets the same has the same result.'],
    content: {
      kind: 'table',
      folded: true,
      table: {
        columns: [
          { name: 'run', title: 'Run' },
          { name: 'stage', title: 'Stage' },
          { name: 'key', title: 'Key' },
          { name: 'output', title: 'Output' },
          { name: 'artifact', title: 'Artifact' },
          { name: 'digest', title: 'Digest' },
          { name: 'bytes', title: 'Bytes' },
        ],
        rows: runs.flatMap((run) =>
          run.stages.flatMap(({ id, key, outputs }) =>
            Object.entries(outputs).map(([output, { artifact, digest, bytes }]) => ({
              run: run.id,
              stage: id,
              key: key ?? null,
              output,
              artifact,
              digest,
              bytes,
            })),
          ),
        ),
      },
    },
    commands: runs.map(({ id }) => `npm run pipeline show ${id}`),
  };
}

function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
