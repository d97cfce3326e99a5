import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import type { RunEvent } from '../../../src/runner/events.ts';
import { localExecutor } from '../../../src/runner/execute/local/executor.ts';
import type { RunOptions } from '../../../src/runner/execute/run.ts';
import { runPipeline } from '../../../src/runner/execute/run.ts';
import type { ArtifactSchema } from '../../../src/runner/catalogue/artifacts.ts';
import { packageRoot } from '../../../src/runner/package-root.ts';
import { makePlan } from '../../../src/runner/plan/plan.ts';
import type { PlanOptions } from '../../../src/runner/plan/planner.ts';
import type { JsonObject } from '../../../src/runner/stage.ts';
import { removeTree } from '../../../src/disk/files.ts';
import type { Store } from '../../../src/runner/store/store.ts';
import { openStore } from '../../../src/runner/store/store.ts';
import type { RunRecord } from '../../../src/runner/records.ts';
import type { Pipeline, StageInstance, StageType } from '../../../src/runner/types.ts';

/** The artifact of all toy stages: a number, and any text files. */
export const artifactSchemas: Record<string, ArtifactSchema> = {
  number: {
    schema: {
      type: 'object',
      properties: {
        value: { type: 'number', minimum: 0 },
        parts: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } },
      },
      required: ['value'],
      additionalProperties: false,
    },
    payload: { 'notes/*.txt': 'free text' },
  },
};

export interface ToyStage {
  type: string;
  params?: JsonObject;
  /** Stage by slot; all have the one output `number`. */
  inputs?: Record<string, string>;
  cores?: number;
  gpu?: number;
}

export interface Attempt {
  record: RunRecord;
  events: RunEvent[];
  /** Ids by outcome. */
  ran: string[];
  restored: string[];
  fresh: string[];
}

/** Where there is a file system in memory, tests need not wait for a disk at each step that the store makes durable. */
const temporary = existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();

/** A project in a temporary folder, with stages in real modules and a pipeline made by hand. */
export class ToyProject {
  readonly folder = realpathSync(mkdtempSync(path.join(temporary, 'toy-project-')));
  readonly types: Record<string, StageType> = {};

  write(file: string, text: string): string {
    const absolute = path.join(this.folder, file);
    mkdirSync(path.dirname(absolute), { recursive: true });
    writeFileSync(absolute, text);
    return absolute;
  }

  read(file: string): string {
    return readFileSync(path.join(this.folder, file), 'utf8');
  }

  /** Declares a stage type whose code is `source`; every slot takes a number and is optional. */
  addType(name: string, source: string, options: Partial<StageType> = {}): StageType {
    const slots = ['a', 'b', 'c'].map(
      (slot) => [slot, { artifact: 'number', description: slot, optional: true }] as const,
    );
    const type: StageType = {
      name,
      description: name,
      inputs: Object.fromEntries(slots),
      outputs: { number: { artifact: 'number', description: 'result' } },
      params: { type: 'object', properties: { path: { type: 'string', contentOf: true } } },
      home: this.folder,
      entry: this.write(`stages/${name}.ts`, source),
      ...options,
    };
    this.types[name] = type;
    return type;
  }

  pipeline(stages: Record<string, ToyStage>, options: Partial<Pipeline> = {}): Pipeline {
    return {
      name: 'toy',
      file: path.join(this.folder, 'toy.json5'),
      project: this.folder,
      seed: 1,
      params: {},
      overrides: [],
      types: this.types,
      stages: Object.entries(stages).map(([id, stage]): StageInstance => ({
        id,
        stage: id.split('.')[0],
        variant: {},
        type: stage.type,
        params: stage.params ?? {},
        inputs: Object.fromEntries(
          Object.entries(stage.inputs ?? {}).map(([slot, producer]) => [slot, { stage: producer, output: 'number' }]),
        ),
        resources: { cores: stage.cores ?? 1, gpu: stage.gpu ?? 0, memory: 0 },
        location: { file: 'toy.json5', line: 1, column: 1, length: 1 },
        ...(this.types[stage.type].seeded === true ? { seed: { value: 1, stream: id } } : {}),
      })),
      ...options,
    };
  }

  /** As a new process would open it. */
  store(): Store {
    return openStore({ project: this.folder });
  }

  plan(pipeline: Pipeline, options: PlanOptions = {}) {
    return makePlan(pipeline, this.store(), options);
  }

  async run(pipeline: Pipeline, options: Partial<RunOptions> = {}): Promise<Attempt> {
    const events: RunEvent[] = [];
    const execute = options.execute ?? localExecutor({ host: await hostProgram() });
    const record = await runPipeline(pipeline, this.store(), { artifactSchemas, ...options, execute }, (event) =>
      events.push(event),
    );
    const withOutcome = (outcome: string) =>
      record.stages.filter((stage) => stage.outcome === outcome).map(({ id }) => id);
    return { record, events, ran: withOutcome('ran'), restored: withOutcome('restored'), fresh: withOutcome('fresh') };
  }

  /** The number that a stage's latest output holds. */
  latest(stage: string): number {
    return (JSON.parse(this.read(`runs/latest/toy/${stage}/number/number.json`)) as { value: number }).value;
  }

  remove(): void {
    removeTree(this.folder);
  }
}

let host: Promise<string> | undefined;

/** The stage host from its sources as they are, beside the packages that it imports. */
export function hostProgram(): Promise<string> {
  host ??= (async () => {
    const outfile = path.join(packageRoot, 'node_modules', '.cache', 'shrinknas', `test-host-${process.pid}.mjs`);
    await build({
      entryPoints: [path.join(packageRoot, 'src/runner/execute/local/host.ts')],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      packages: 'external',
      logLevel: 'silent',
    });
    process.once('exit', () => rmSync(outfile, { force: true }));
    return outfile;
  })();
  return host;
}

/** Code of a stage that writes its parameter `value` plus its inputs' values. */
export const sumStage = `
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
export default ({ params, inputs, outputs }: any) => {
  let value = params.value ?? 0;
  for (const folder of Object.values<string>(inputs)) value += JSON.parse(readFileSync(path.join(folder, 'number.json'), 'utf8')).value;
  writeFileSync(path.join(outputs.number, 'number.json'), JSON.stringify({ value }));
};
`;
