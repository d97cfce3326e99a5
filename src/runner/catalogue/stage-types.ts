import { existsSync } from 'node:fs';
import path from 'node:path';
import { Diagnostic } from '../diagnostic.ts';
import { packageRoot } from '../package-root.ts';
import type { Resources, StageType } from '../types.ts';
import { createAjv } from './ajv.ts';
import type { ValidateFunction } from './ajv.ts';
import { declarationsOf } from './declarations.ts';
import type { Declaration } from './declarations.ts';
import { parseMemory } from './memory.ts';
import { compile, readSchema, schemaProblem } from './schema-file.ts';

/**
 * The stage types that a project can use, its own and this package's, each read, checked and
 * compiled when it is first asked for.
 */
export class StageTypes {
  readonly project: string;
  readonly #needModules: boolean;
  readonly #ajv = createAjv();
  readonly #types = new Map<string, StageType>();
  readonly #validators = new Map<string, ValidateFunction>();
  #declared: Map<string, Declaration> | undefined;
  #schema: ValidateFunction | undefined;

  /**
   * @param options.needModules Whether a type without a module is an error; generators,
   * which come before the code, say no.
   */
  constructor(project: string, options: { needModules?: boolean } = {}) {
    this.project = project;
    this.#needModules = options.needModules ?? true;
  }

  /** Names of all stage types, sorted. */
  get names(): Iterable<string> {
    return this.#declarations.keys();
  }

  /** @throws Diagnostic when the declaration does not follow the schema of stage types, or has no module. */
  get(name: string): StageType | undefined {
    const declared = this.#declarations.get(name);
    if (declared !== undefined && !this.#types.has(name)) this.#types.set(name, this.#read(name, declared));
    return this.#types.get(name);
  }

  /** Checks parameters, and fills in their defaults. */
  validator(type: StageType): ValidateFunction {
    const known = this.#validators.get(type.name);
    if (known) return known;
    const validate = compile(() => this.#ajv.compile(type.params), this.#declarations.get(type.name)!.file);
    this.#validators.set(type.name, validate);
    return validate;
  }

  get #declarations(): Map<string, Declaration> {
    return (this.#declared ??= declarationsOf('stages', this.project));
  }

  #read(name: string, { home, file }: Declaration): StageType {
    const { value, source } = readSchema(file);
    this.#schema ??= this.#ajv.compile(readSchema(path.join(packageRoot, 'schemas', 'stage-type.schema.json')).value);
    if (!this.#schema(value)) throw schemaProblem(source, this.#schema.errors!, 'the stage type');
    const type = value as unknown as Omit<StageType, 'home' | 'entry' | 'resources'> & {
      resources?: Record<keyof Resources, number | string>;
    };
    if (type.name !== name) {
      throw new Diagnostic(`${path.relative('.', file)} declares the stage type "${type.name}"`, {
        hint: `the file and the type share one name: write "name": "${name}"`,
      });
    }
    const entry = path.join(home, 'stages', `${name}.ts`);
    if (this.#needModules && !existsSync(entry)) {
      throw new Diagnostic(`the stage type "${name}" has no module ${path.relative('.', entry)}`, {
        hint: `write it, or remove ${path.relative('.', file)}`,
      });
    }
    return {
      name,
      description: type.description,
      inputs: type.inputs,
      outputs: type.outputs,
      params: type.params,
      home,
      entry,
      ...(type.seeded === undefined ? {} : { seeded: type.seeded }),
      ...(type.engine === undefined ? {} : { engine: type.engine }),
      ...(type.resources === undefined ? {} : { resources: inBytes(type.resources) }),
    };
  }
}

/**
 * All stage types that a project can use by name, from `schemas/stages/<name>.json` and `stages/<name>.ts`.
 * @throws Diagnostic naming the first declaration that is wrong.
 */
export function loadStageTypes(project: string, options: { needModules?: boolean } = {}): Record<string, StageType> {
  const types = new StageTypes(project, options);
  return Object.fromEntries([...types.names].map((name) => [name, types.get(name)!]));
}

function inBytes(resources: Partial<Record<keyof Resources, number | string>>): Partial<Resources> {
  const { memory, ...rest } = resources as { memory?: number | string; cores?: number; gpu?: number };
  return memory === undefined ? rest : { ...rest, memory: parseMemory(memory)! };
}
