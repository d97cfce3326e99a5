import type { Usage } from '../../runner/execute/usage.ts';
import type { EngineUse } from '../../runner/stage.ts';
import type { GitState, KeyRecord, OutputRecord, RunRecord } from '../../runner/records.ts';
import type { Paint } from './colour.ts';
import { drawValue } from './difference.ts';
import { drawAccepted } from './reasons.ts';
import { drawStatus } from './status.ts';
import { drawTable } from './table.ts';
import { formatBytes, formatSeconds } from './units.ts';

const digestShown = 12;

/** A run's record: what was asked for, where it ran, and what each stage came to. */
export function drawRun(run: RunRecord, summaryOf: (output: OutputRecord) => string | undefined, paint: Paint): string {
  const facts = drawTable([
    ['run', paint('bold', run.id)],
    ['pipeline', `${run.pipeline} (${run.file})`],
    ['status', drawStatus(run.status, paint)],
    ['started', run.started],
    [run.status === 'running' ? 'as of' : 'finished', run.finished],
    ['seed', String(run.seed)],
    ...Object.entries(run.params).map(([name, value]) => [`params.${name}`, drawValue(value)]),
    ...(run.overrides.length === 0 ? [] : [['set', run.overrides.join('  ')]]),
    ...environmentRows(run),
    ...engineRows(run.stages.map(({ engine }) => engine)),
  ]);
  const stages = drawTable(
    run.stages.map(({ id, outcome, seconds, outputs, error, accepted }) => [
      id,
      drawStatus(outcome, paint),
      outcome === 'ran' || outcome === 'failed' ? formatSeconds(seconds) : '',
      error
        ?? [
          ...Object.entries(outputs).map(([name, output]) => {
            const summary = summaryOf(output);
            return (
              `${name} `
              + `${paint('dim', output.digest.slice(0, digestShown))}${summary === undefined ? '' : ` ${summary}`}`
            );
          }),
          ...(accepted === undefined ? [] : [drawAccepted({ accepted })]),
        ].join('  '),
    ]),
  );
  return `${facts}\n\n${stages}\n${drawAttempts(run)}`;
}

export interface ShownArtifact extends OutputRecord {
  folder: string;
  intact: boolean;
  summary: string | undefined;
  made: (KeyRecord & { output: string })[];
}

/** An artifact with its provenance: by which stage it was made, of what, where and when. */
export function drawArtifact(
  { artifact, digest, bytes, folder, intact, summary, made }: ShownArtifact,
  paint: Paint,
): string {
  const [{ output, key, fields, provenance }, ...rest] = made;
  // What was accepted under another key was not made again for it.
  const others = rest.filter((other) => other.accepted === undefined);
  const acceptances = made.flatMap((each) => each.accepted ?? []);
  const accepted = new Map(acceptances.map((each) => [`${each.from} ${each.when}`, each]));
  return `${drawTable([
    ['artifact', paint('bold', artifact)],
    ...(summary === undefined ? [] : [['summary', summary]]),
    ['digest', digest],
    ['size', formatBytes(bytes)],
    ['folder', intact ? folder : `${folder} ${paint('red', '(missing or damaged)')}`],
    ['made by', `${provenance.pipeline}, stage ${provenance.stage}, output ${output}`],
    ['run', provenance.run],
    ['key', key],
    ['type', fields.type],
    ...Object.entries(fields.inputs).map(([slot, input]) => [`inputs.${slot}`, input]),
    ...Object.entries(fields.params).map(([name, value]) => [`params.${name}`, drawValue(value)]),
    ...(fields.seed === undefined ? [] : [['seed', `${fields.seed.value}, stream ${fields.seed.stream}`]]),
    ...engineRows([provenance.engine ?? fields.engine]),
    ['code', fields.code],
    ...[...accepted.values()].map(({ from, reason, when }) => ['accepted', `${reason} (${when}, from key ${from})`]),
    ...Object.keys(provenance.codeFiles)
      .sort()
      .map((file) => ['', file]),
    ...Object.entries(fields.packages).map(([name, version]) => ['package', `${name} ${version}`]),
    ...environmentRows(provenance),
    ['started', provenance.started],
    ['finished', `${provenance.finished} (${formatSeconds(provenance.seconds)})`],
    ['took', drawUsage(provenance)],
    ...others.map((other) => [
      'also made by',
      `${other.provenance.pipeline}, stage ${other.provenance.stage}, run ${other.provenance.run}`,
    ]),
  ])}\n`;
}

/** What each execution took: the history of a stage that was tried again, and of one that failed or was interrupted. */
function drawAttempts({ stages }: RunRecord): string {
  const rows = stages.flatMap(({ id, attempts = [] }) =>
    attempts.map((attempt, i) => [
      `${id}${attempts.length === 1 ? '' : `, try ${i + 1}`}`,
      `${attempt.outcome} in ${formatSeconds(attempt.seconds)}`,
      drawUsage(attempt),
      attempts.length === 1 ? '' : (attempt.error ?? ''),
    ]),
  );
  return rows.length === 0 ? '' : `\n${drawTable(rows)}\n`;
}

/** `12.3 s of processors, 300 MB of memory, 5 MB read, 1 MB written`: what is not known is left out. */
function drawUsage({ cpuSeconds, peakMemoryBytes, readBytes, writtenBytes }: Partial<Usage>): string {
  return [
    ...(cpuSeconds === undefined ? [] : [`${formatSeconds(cpuSeconds)} of processors`]),
    ...(peakMemoryBytes === undefined ? [] : [`${formatBytes(peakMemoryBytes)} of memory`]),
    ...(readBytes === undefined ? [] : [`${formatBytes(readBytes)} read`]),
    ...(writtenBytes === undefined ? [] : [`${formatBytes(writtenBytes)} written`]),
  ].join(', ');
}

/** Each engine once, however many stages used it. */
function engineRows(engines: readonly (EngineUse | undefined)[]): string[][] {
  return [...new Set(engines.flatMap((engine) => (engine === undefined ? [] : [drawEngine(engine)])))].map((engine) => [
    'engine',
    engine,
  ]);
}

function drawEngine({ name, version, isa, threads }: EngineUse): string {
  return [
    `${name} ${version}`,
    ...(isa === undefined ? [] : [isa]),
    ...(threads === undefined ? [] : [threads === 1 ? '1 thread' : `${threads} threads`]),
  ].join(', ');
}

function environmentRows({ git, versions, host }: Pick<RunRecord, 'git' | 'versions' | 'host'>): string[][] {
  return [
    ['git', drawGit(git)],
    ['versions', `shrinknas ${versions.shrinknas}, Node.js ${versions.node.replace(/^v/, '')}`],
    ['host', `${host.name}, ${host.platform}, ${host.cores} cores (${host.cpu})`],
  ];
}

function drawGit(git: GitState | null): string {
  return git === null ? 'no repository' : `${git.commit}${git.dirty ? ' with uncommitted changes' : ''}`;
}
