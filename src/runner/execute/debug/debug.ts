import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findModule } from '../../catalogue/modules.ts';
import { homesOf } from '../../catalogue/project.ts';
import { Diagnostic } from '../../diagnostic.ts';
import type { RunEvent } from '../../events.ts';
import type { CodeEntry } from '../../key/code/bundle.ts';
import type { Store } from '../../store/store.ts';
import type { Job, JobEnd } from '../job.ts';
import { localExecutor } from '../local/executor.ts';
import { MemoryGuard } from '../memory-guard.ts';
import { PatientWrites } from '../patient-writes.ts';
import { noParts } from '../parts/no-parts.ts';
import { StageEvents } from '../stage-events.ts';
import { bundleForDebugging } from './bundle.ts';
import type { FailedJob } from './failed-job.ts';
import { inputsOf } from './failed-job.ts';

export interface DebugOptions {
  /** Wait for a debugger before the first line. */
  inspect: boolean;
  signal: AbortSignal;
  onEvent: (event: RunEvent) => void;
  /** Told the fresh folder that outputs, progress, log and metrics go to, before the stage starts. */
  onFolder: (folder: string) => void;
}

/**
 * Executes a failed stage once more, as it was started then but with its code as it is now: in a process with this
 * one's input and output, parts of its work in the same process, and a stack that names source files. What it writes
 * goes to a temporary folder that stays; nothing is published, and saved progress is copied, so that it goes on from
 * where the failed attempt would.
 * @throws Diagnostic when its code does not compile, or what it read is gone
 */
export async function debugStage(failed: FailedJob, store: Store, options: DebugOptions): Promise<JobEnd> {
  const inputs = inputsOf(failed, store);
  const { project } = store.layout;
  const bundle = await bundleForDebugging(codeOf(failed, project), store.layout.cache);
  try {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'shrinknas-debug-'));
    options.onFolder(folder);
    const { signal, onEvent, inspect } = options;
    const files = { log: path.join(folder, 'log'), metrics: path.join(folder, 'metrics.jsonl') };
    const events = new StageEvents(failed.job.stage, files, new PatientWrites(), onEvent);
    const nodeOptions = ['--enable-source-maps', ...(inspect ? ['--inspect-brk'] : [])];
    const execute = localExecutor({ nodeOptions, partsInProcess: true });
    return await execute(
      { ...jobIn(folder, failed, store), bundle, code: undefined, inputs },
      {
        project,
        scratch: folder,
        signal,
        onEvent: (event) => events.take(event),
        onParts: noParts,
        memory: new MemoryGuard(0),
      },
    );
  } finally {
    rmSync(bundle, { force: true });
  }
}

/** Of the stage's type, as it is now. */
function codeOf({ job: { type } }: FailedJob, project: string): CodeEntry {
  const found = findModule(type, homesOf(project));
  if (found !== undefined) return found;
  throw new Diagnostic(`the stage type '${type}' has no module stages/${type}.ts any more`, {
    hint: 'Write it again.',
  });
}

/** Its own places are in the folder. */
function jobIn(folder: string, { job, key }: FailedJob, store: Store): Job {
  const progress = path.join(folder, 'progress');
  if (existsSync(store.layout.progress(key))) cpSync(store.layout.progress(key), progress, { recursive: true });
  else mkdirSync(progress);
  const outputs = Object.fromEntries(
    Object.entries(job.outputs).map(([name, { artifact }]) => [
      name,
      { artifact, folder: path.join(folder, 'outputs', name) },
    ]),
  );
  for (const output of Object.values(outputs)) mkdirSync(output.folder, { recursive: true });
  return { ...job, progress, outputs };
}
