import { ExitCode } from '../../runner/diagnostic.ts';
import type { OutputRecord, RunRecord } from '../../runner/records.ts';
import type { Digest } from '../../runner/types.ts';
import { type Made, madeOutputs } from '../artifacts.ts';
import type { Command, CommandContext } from '../command.ts';
import { checkDeterminism } from '../determinism.ts';
import { newestRuns, openProjectStore, runNamed, warnOfLeftOut } from '../project.ts';
import { drawTable } from '../render/table.ts';
import { formatBytes } from '../render/units.ts';
import { repair } from '../repair.ts';

/** Reads all bytes of artifacts, and says which are not as they were made. */
export const command: Command = async (context) => {
  const { positionals, options, console } = context;
  if (options.determinism !== undefined) return checkDeterminism(options.determinism, context);
  const store = openProjectStore(context, positionals);
  const asked = positionals.map((word) => runNamed(word, store, console.folder));
  const expected = outputsOf(asked.length > 0 ? asked : newestRuns(store));
  const digests = [...new Set([...expected.keys(), ...(asked.length > 0 ? [] : store.artifacts())])];
  const damaged = digests.filter((digest) => !store.verifyArtifact(digest));
  store.saveStatCache();
  warnOfLeftOut(store, console);
  const makers = new Map((damaged.length === 0 ? [] : madeOutputs(store)).map((made) => [made.output.digest, made]));
  const found = damaged.map((digest) => ({ digest, ...makerOf(makers.get(digest)) }));
  if (options.json) console.out(`${JSON.stringify({ checked: digests.length, damaged: found }, undefined, 2)}\n`);
  else report(digests.length, found, context);
  if (damaged.length === 0) return ExitCode.ok;
  return options.repair ? repair(damaged, store, context) : ExitCode.failed;
};

/** An artifact that is missing or damaged, and what made it, where that is known. */
type Damaged = { digest: Digest } & ReturnType<typeof makerOf>;

function report(checked: number, damaged: readonly Damaged[], { console, options }: CommandContext): void {
  const rows = damaged.map(({ digest, artifact = '', pipeline, stage, output, bytes }) => [
    console.paintErr('red', 'damaged'),
    digest.slice(0, 12),
    artifact,
    pipeline === undefined ? 'of no known stage' : `${pipeline}, stage ${stage}, output ${output}`,
    bytes === undefined ? '' : formatBytes(bytes),
  ]);
  if (rows.length > 0) console.err(`${drawTable(rows)}\n`);
  console.err(
    `${checked} ${checked === 1 ? 'artifact' : 'artifacts'} read: `
      + `${damaged.length === 0 ? 'all are as they were made' : `${damaged.length} missing or damaged`}\n`,
  );
  if (damaged.length > 0 && !options.repair) console.err('--repair removes them and runs what is lost again.\n');
}

function outputsOf(runs: readonly RunRecord[]): Map<Digest, OutputRecord> {
  return new Map(
    runs.flatMap(({ stages }) =>
      stages.flatMap(({ outputs }) => Object.values(outputs).map((output) => [output.digest, output] as const)),
    ),
  );
}

function makerOf(made: Made | undefined) {
  if (made === undefined) return {};
  const { name, output, record } = made;
  const { pipeline, stage } = record.provenance;
  return { artifact: output.artifact, pipeline, stage, output: name, bytes: output.bytes };
}
