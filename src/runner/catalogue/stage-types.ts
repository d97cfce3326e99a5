import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Diagnostic } from '../diagnostic.ts';
import type { Resources, StageType } from '../types.ts';
import { createAjv } from './ajv.ts';
import type { ValidateFunction } from './ajv.ts';
import { readSchema, schemaProblem } from './schema-file.ts';
import { packageRoot } from './project.ts';
import { parseMemory } from '../load/expansion/resources.ts';

/** A project's stage types, each read, checked and compiled when it is first asked for. */
export class StageTypes {
  readonly #project: string;
  readonly #needModules: boolean;
  readonly #ajv = createAjv();
  readonly #types = new Map<string, StageType>();
  readonly #validators = new Map<string, ValidateFunction>();
  #names: Set<string> | undefined;
  #schema: ValidateFunction | undefined;

  /** @param options.needModules Whether a type without a module is an error; generators, which come before the code, say no. */
  constructor(project: string, options: { needModules?: boolean } = {}) {
    this.#project = project;
    this.#needModules = options.needModules ?? true;
  }

  /** Names of all stage types, sorted. */
  get names(): ReadonlySet<string> {
    return this.#names ??= new Set(listJson(path.join(this.#project, 'schemas', 'stages'), '.json'));
  }

  /** @throws Diagnostic when the declaration does not follow the schema of stage types, or has no module. */
  get(name: string): StageType | undefined {
    if (!this.#types.has(name) && this.names.has(name)) this.#types.set(name, this.#read(name));
    return this.#types.get(name);
  }

  /** Checks parameters, and fills in their defaults. */
  validator(type: StageType): ValidateFunction {
    const known = this.#validators.get(type.name);
    if (known) return known;
    const validate = compile(() => this.#ajv.compile(type.params), this.#file(type.name));
    this.#validators.set(type.name, validate);
    return validate;
  }

  #file(name: string): string {
    return path.join(this.#project, 'schemas', 'stages', `${name}.json`);
  }

  #read(name: string): StageType {
    const file = this.#file(name);
    const { value, source } = readSchema(file);
    this.#schema ??= this.#ajv.compile(readSchema(path.join(packageRoot(), 'schemas', 'stage-type.schema.json')).value);
    if (!this.#schema(value)) throw schemaProblem(source, this.#schema.errors!, 'the stage type');
    const type = value as unknown as Omit<StageType, 'entry' | 'resources'> & { resources?: Record<keyof Resources, number | string> };
    if (type.name !== name) {
      throw new Diagnostic(`${path.relative('.', file)} declares the stage type "${type.name}"`,
        { hint: `the file and the type share one name: write "name": "${name}"` });
    }
    const entry = path.join(this.#project, 'stages', `${name}.ts`);
    if (this.#needModules && !existsSync(entry)) {
      throw new Diagnostic(`the stage type "${name}" has no module ${path.relative('.', entry)}`,
        { hint: `write it, or remove ${path.relative('.', file)}` });
    }
    return {
      name, description: type.description, inputs: type.inputs, outputs: type.outputs, params: type.params, entry,
      ...(type.seeded === undefined ? {} : { seeded: type.seeded }),
      ...(type.engine === undefined ? {} : { engine: type.engine }),
      ...(type.resources === undefined ? {} : { resources: inBytes(type.resources) }),
    };
  }
}

/**
 * All stage types of a project by name, from `schemas/stages/<name>.json` and `stages/<name>.ts`.
 * @throws Diagnostic naming the first declaration that is wrong.
 */
export function loadStageTypes(project: string, options: { needModules?: boolean } = {}): Record<string, StageType> {
  const types = new StageTypes(project, options);
  return Object.fromEntries([...types.names].map((name) => [name, types.get(name)!]));
}

/** Names of the files of a folder that end in the suffix, without it, sorted; none when there is no such folder. */
export function listJson(folder: string, suffix: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length)).sort();
}

function inBytes(resources: Partial<Record<keyof Resources, number | string>>): Partial<Resources> {
  const { memory, ...rest } = resources as { memory?: number | string; cores?: number; gpu?: number };
  return memory === undefined ? rest : { ...rest, memory: parseMemory(memory)! };
}

/** Ajv throws on a schema that it cannot make sense of; the file at fault is ours to name. */
export function compile(make: () => ValidateFunction, file: string): ValidateFunction {
  try {
    return make();
  } catch (cause) {
    throw new Diagnostic(`${path.relative('.', file)} is not a valid schema: ${(cause as Error).message}`, { cause, hint: 'correct the schema' });
  }
}

