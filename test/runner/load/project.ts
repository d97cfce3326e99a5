import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from '@jest/globals';
import { Diagnostic } from '../../../src/runner/diagnostic.ts';
import { loadPipeline } from '../../../src/runner/load/pipeline.ts';
import type { JsonObject } from '../../../src/runner/stage.ts';
import type { Pipeline, StageInstance } from '../../../src/runner/types.ts';

const params = (properties: JsonObject, required: string[] = []): JsonObject => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});

/** Stage types of a small kitchen: enough to have every kind of slot, output and parameter. */
const TYPES: Record<string, JsonObject> = {
  harvest: {
    description: 'Gathers a crop.',
    inputs: {},
    outputs: { crop: { artifact: 'crop', description: 'The crop.' } },
    params: params({
      field: { type: 'string', minLength: 1, default: 'north', description: 'Where it grows.' },
      tonnes: { type: 'integer', minimum: 1, maximum: 99, default: 3, description: 'How much.' },
    }),
  },
  mill: {
    description: 'Grinds a crop, on top of what was ground before.',
    inputs: {
      crop: { artifact: 'crop', description: 'What to grind.' },
      before: { artifact: 'flour', description: 'Flour so far.', optional: true },
    },
    outputs: {
      flour: { artifact: 'flour', description: 'The flour.' },
      bran: { artifact: 'bran', description: 'The rest.' },
    },
    seeded: true,
    resources: { cores: 2, memory: '1GB' },
    params: {
      dependentRequired: { ink: ['label'] },
      ...params({
        stone: { enum: ['granite', 'basalt'], default: 'granite', description: 'The mill stone.' },
        grit: { type: 'number', exclusiveMinimum: 0, default: 0.5, description: 'How fine.' },
        label: { type: 'string', description: 'What to print on the sack.' },
        ink: { type: 'string', description: 'What to print it with.' },
        speeds: { type: 'array', items: { type: 'integer' }, description: 'Turns a minute.' },
        sieve: {
          type: 'object',
          additionalProperties: false,
          description: 'The sieve.',
          properties: {
            mesh: { type: 'integer', minimum: 1, default: 10, description: 'Wires an inch.' },
            frame: { type: 'string', description: 'Wood.' },
          },
        },
        size: {
          anyOf: [{ type: 'integer', minimum: 1 }, { const: 'auto' }],
          default: 'auto',
          description: 'Sack size.',
        },
      }),
    },
  },
  bake: {
    description: 'Bakes.',
    inputs: { flour: { artifact: 'flour', description: 'What to bake.' } },
    outputs: {
      bread: { artifact: 'bread', description: 'The loaf.' },
      burnt: { artifact: 'bread', description: 'The others.' },
    },
    params: params({ minutes: { type: 'integer', minimum: 1, description: 'Time in the oven.' } }, ['minutes']),
  },
  taste: {
    description: 'Tastes.',
    inputs: { bread: { artifact: 'bread', description: 'What to taste.' } },
    outputs: { verdict: { artifact: 'verdict', description: 'How it was.' } },
    params: params({}),
  },
};

const folders: string[] = [];

/** A temporary project with the kitchen's stage types; it is removed after the tests of the file. */
export class Project {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'shrinknas-load-'));

  constructor() {
    folders.push(this.folder);
    for (const [name, type] of Object.entries(TYPES)) this.addType(name, { name, ...type });
  }

  addType(name: string, declaration: JsonObject | string): void {
    this.write(
      `schemas/stages/${name}.json`,
      typeof declaration === 'string' ? declaration : JSON.stringify(declaration, undefined, 2),
    );
    this.write(`stages/${name}.ts`, 'export default () => {};\n');
  }

  /** Absolute path of the file that was written. */
  write(name: string, text: string | Uint8Array): string {
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  /** Loads a pipeline given as text or as an object, to which a name is added. */
  load(pipeline: string | JsonObject, ...set: string[]): Pipeline {
    const text = typeof pipeline === 'string' ? pipeline : JSON.stringify({ name: 'bread', ...pipeline }, undefined, 2);
    return loadPipeline(this.write('pipelines/bread.json5', text), { set });
  }

  /** What loading complains about. */
  complaint(pipeline: string | JsonObject, ...set: string[]): Complaint {
    return complaintOf(() => this.load(pipeline, ...set), this.folder);
  }
}

export interface Complaint {
  message: string;
  /** `file:line:column`, the file relative to the project. */
  at?: string;
  frame?: string;
  hint?: string;
}

export function complaintOf(action: () => unknown, folder: string): Complaint {
  try {
    action();
  } catch (error) {
    if (!(error instanceof Diagnostic)) throw error;
    expectUsage(error);
    const { message, location, frame, hint } = error;
    const at =
      location
      && `${location.file === '--set' ? location.file : path.relative(folder, location.file)}:${location.line}:${location.column}`;
    return { message, at, frame, hint };
  }
  throw new Error('nothing was complained about');
}

function expectUsage(error: Diagnostic): void {
  if (error.exitCode !== 2) throw new Error(`exit code ${error.exitCode} instead of 2`);
}

/** The instance of an id. */
export function instance(pipeline: Pipeline, id: string): StageInstance {
  const found = pipeline.stages.find((stage) => stage.id === id);
  if (!found) throw new Error(`no ${id} among ${pipeline.stages.map((stage) => stage.id).join(', ')}`);
  return found;
}

export const ids = (pipeline: Pipeline): string[] => pipeline.stages.map(({ id }) => id);

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
