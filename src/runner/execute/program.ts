import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bundleModules, findModule } from '../catalogue/modules.ts';
import { homesOf } from '../catalogue/project.ts';
import { Diagnostic } from '../diagnostic.ts';
import type { JsonObject } from '../stage.ts';
import { removeTree } from '../../disk/files.ts';
import type { Store } from '../store/store.ts';
import type { Job, JobEnd, JobEvent } from './job.ts';
import { localExecutor } from './local/executor.ts';
import { ownResources } from './machine/resources.ts';
import { MemoryGuard } from './memory-guard.ts';
import { noParts } from './parts/no-parts.ts';

export interface ProgramOptions {
  params: JsonObject;
  /** Name of the tensor engine; without it, the best that loads. */
  engine?: string;
  /** Processor cores to use; without it, all. */
  cores?: number;
  signal: AbortSignal;
  onEvent: (event: JobEvent) => void;
}

/**
 * Runs one of a project's programs, `stages/programs/<name>.ts` (this package's own, if the project has none of that
 * name), as a stage is run, in a process of its own, but with this process's input and output, and without artifacts:
 * what it reads, its parameters say.
 * @throws Diagnostic when its code does not compile or cannot be bundled
 */
export async function runProgram(name: string, store: Store, options: ProgramOptions): Promise<JobEnd> {
  const module = findModule(`programs/${name}`, homesOf(store.layout.project));
  if (module === undefined) throw new Error(`there is no program ${name}`);
  const { [module.name]: bundle } = await bundleModules([module], store);
  store.saveStatCache();
  if (bundle === undefined) {
    throw new Diagnostic(`${module.entry} cannot be bundled: there is no writing to ${store.layout.cache}`, {
      hint: 'work on a copy of the project',
    });
  }
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'shrinknas-program-'));
  try {
    const { params, engine, cores = ownResources().cores, signal, onEvent } = options;
    const job: Job = {
      stage: name,
      type: module.name,
      bundle,
      params,
      inputs: {},
      outputs: {},
      progress: scratch,
      schemas: {},
      resources: { ...ownResources(), cores, gpu: 0 },
      ...(engine === undefined ? {} : { engine }),
    };
    return await localExecutor()(job, {
      project: process.cwd(),
      scratch,
      signal,
      onEvent,
      onParts: noParts,
      memory: new MemoryGuard(0),
    });
  } finally {
    removeTree(scratch);
  }
}
