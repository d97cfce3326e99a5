import path from 'node:path';
import { ExitCode } from '../runner/diagnostic.ts';
import type { RunRecord } from '../runner/records.ts';
import type { Store } from '../runner/store/store.ts';
import type { Digest } from '../runner/types.ts';
import type { CommandContext } from './command.ts';
import { command as run } from './commands/run.ts';
import { newestRuns } from './project.ts';

/**
 * Removes damaged artifacts, and runs again, with what they were set to, the newest run of each pipeline that shows one.
 * What no such run shows is made again when it is needed.
 */
export async function repair(damaged: readonly Digest[], store: Store, context: CommandContext): Promise<ExitCode> {
  for (const digest of damaged) store.removeArtifact(digest);
  store.saveStatCache();
  const { repair: _, json: __, ...shared } = context.options;
  let worst: ExitCode = ExitCode.ok;
  const lost = new Set(damaged);
  for (const { file, overrides } of newestRuns(store).filter((record) => shows(record, lost))) {
    const absolute = path.join(store.layout.project, file);
    const positionals = [path.relative(context.console.folder, absolute)];
    const exit = await run({ positionals, options: { ...shared, set: overrides }, console: context.console });
    if (exit !== ExitCode.ok) worst = exit;
  }
  return worst;
}

function shows({ stages }: RunRecord, damaged: ReadonlySet<Digest>): boolean {
  return stages.some(({ outputs }) => Object.values(outputs).some(({ digest }) => damaged.has(digest)));
}
