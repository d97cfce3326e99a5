import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { createDocumentAjv } from '../catalogue/ajv.ts';
import type { ValidateFunction } from '../catalogue/ajv.ts';
import type { ArtifactSchema } from '../catalogue/artifacts.ts';
import { complain, pointerOf } from '../catalogue/complaint.ts';
import type { Json } from '../stage.ts';
import { hasCode, isMissing } from '../../disk/files.ts';
import { walkTree } from '../../disk/tree.ts';

/** Checks artifact folders: the document `<type>.json` by its schema, the other files by the list of payload names. */
export class ArtifactChecker {
  readonly #schemas: Record<string, ArtifactSchema>;
  readonly #validators = new Map<string, ValidateFunction>();
  readonly #ajv = createDocumentAjv();

  constructor(schemas: Record<string, ArtifactSchema>) {
    this.#schemas = schemas;
  }

  /**
   * What is wrong with an artifact, as the end of a sentence: file, JSON pointer, expectation, value
   * found. Undefined when it is valid.
   * @param options.allowOthers accept files that the schema does not list, as in a folder that people put their own
   * beside: only the declared ones are looked at
   */
  problem(type: string, folder: string, { allowOthers = false } = {}): string | undefined {
    const schema = this.#schemas[type];
    if (schema === undefined) return `there is no schemas/artifacts/${type}.schema.json`;
    return (
      this.#documentProblem(type, schema, path.join(folder, `${type}.json`))
      ?? payloadProblem(type, schema.payload, folder, allowOthers)
    );
  }

  #documentProblem(type: string, { schema }: ArtifactSchema, file: string): string | undefined {
    const name = path.basename(file);
    const obstacle = obstacleTo(file);
    if (obstacle !== undefined) return `${name} ${obstacle}`;
    let document: Json;
    try {
      document = JSON.parse(readFileSync(file, 'utf8')) as Json;
    } catch (error) {
      if (error instanceof SyntaxError) return `${name} is not JSON: ${error.message}`;
      throw error;
    }
    let validate = this.#validators.get(type);
    if (validate === undefined) this.#validators.set(type, (validate = this.#ajv.compile(schema)));
    if (validate(document)) return undefined;
    const complaint = complain(validate.errors!);
    return `${name} ${pointerOf(complaint)}: ${complaint.says}`;
  }
}

/**
 * What keeps a file from being read. Looked for first: opening a pipe or a device may
 * wait for ever. Links are followed.
 */
function obstacleTo(file: string): string | undefined {
  try {
    if (!statSync(file).isFile()) return 'is not a regular file';
    accessSync(file, constants.R_OK);
    return undefined;
  } catch (error) {
    if (isMissing(error)) return 'is missing';
    if (hasCode(error, 'EACCES', 'EPERM')) return 'cannot be read: permission denied';
    if (hasCode(error, 'ELOOP')) return 'cannot be read: its links lead round in a circle';
    throw error;
  }
}

function payloadProblem(
  type: string,
  payload: Record<string, string>,
  folder: string,
  allowOthers: boolean,
): string | undefined {
  const names = Object.keys(payload);
  for (const name of names.filter((declared) => !declared.includes('*'))) {
    const obstacle = obstacleTo(path.join(folder, name));
    if (obstacle !== undefined) return `file '${name}' (${payload[name]}) ${obstacle}`;
  }
  if (allowOthers) return undefined;
  const files = walkTree(folder)
    .filter(({ kind }) => kind !== 'folder')
    .map((entry) => entry.path)
    .filter((file) => file !== `${type}.json`);
  const patterns = names.map(patternOf);
  const undeclared = files.find((file) => !patterns.some((pattern) => pattern.test(file)));
  if (undeclared === undefined) return undefined;
  const declared = names.length === 0 ? 'no payload' : names.map((name) => `'${name}'`).join(', ');
  return `file '${undeclared}' is not declared: schemas/artifacts/${type}.schema.json lists ${declared}`;
}

/** `*` stands for any characters, `/` included. */
function patternOf(name: string): RegExp {
  return new RegExp(
    `^${name
      .split('*')
      .map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'))
      .join('.*')}$`,
    's',
  );
}
