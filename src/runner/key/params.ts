import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { Diagnostic } from '../diagnostic.ts';
import type { Json, JsonObject } from '../stage.ts';
import { hasCode, isMissing } from '../../disk/files.ts';
import type { StatCache } from '../store/stat-cache.ts';
import type { Digest, StageInstance, StageType } from '../types.ts';
import { digestPath, Unreadable } from './content.ts';

/** Parameters as the key sees them, and as the stage does. */
export interface ResolvedParams {
  /**
   * Each folder that a parameter names is replaced by `{ content: digest }`, a file by that and its
   * name: where it lies does not count.
   */
  keyed: JsonObject;
  /** Paths are absolute. */
  given: JsonObject;
  /** Digest by absolute path of what the parameters name. */
  contents: Record<string, Digest>;
}

/**
 * Replaces parameters whose schema says `contentOf` by what they name; paths are relative to the working folder.
 * @throws Diagnostic when a named file or folder cannot be read
 */
export function resolveParams(instance: StageInstance, type: StageType, statCache: StatCache): ResolvedParams {
  const contents: Record<string, Digest> = {};
  const resolve = (value: Json, schema: Json | undefined, name: string): { keyed: Json; given: Json } => {
    if (!isObject(schema)) return { keyed: value, given: value };
    if (typeof value === 'string' && value !== '' && schema.contentOf === true) {
      const file = path.resolve(value.replace(/^~(?=$|\/)/, homedir()));
      contents[file] ??= contentDigest(file, statCache, instance, name, value);
      // What a file is called may matter to the stage (its ending, the name of what it unpacks to).
      const keyed: JsonObject = { content: contents[file] };
      if (!statSync(file).isDirectory()) keyed.name = path.basename(file);
      return { keyed, given: file };
    }
    if (Array.isArray(value)) {
      const items = value.map((item, index) => resolve(item, schema.items, `${name}[${index}]`));
      return { keyed: items.map(({ keyed }) => keyed), given: items.map(({ given }) => given) };
    }
    if (isObject(value) && isObject(schema.properties)) {
      const { properties } = schema;
      const prefix = name === '' ? '' : `${name}.`;
      const entries = Object.entries(value).map(
        ([key, item]) => [key, resolve(item, properties[key], `${prefix}${key}`)] as const,
      );
      return {
        keyed: Object.fromEntries(entries.map(([key, { keyed }]) => [key, keyed])),
        given: Object.fromEntries(entries.map(([key, { given }]) => [key, given])),
      };
    }
    return { keyed: value, given: value };
  };
  const { keyed, given } = resolve(instance.params, type.params, '');
  // The key does not tell two orders of names apart, so the stage must not see one either.
  return { keyed: keyed as JsonObject, given: inCanonicalOrder(given) as JsonObject, contents };
}

function contentDigest(
  file: string,
  statCache: StatCache,
  instance: StageInstance,
  name: string,
  value: string,
): Digest {
  try {
    return digestPath(file, statCache);
  } catch (error) {
    if (!(error instanceof Unreadable) && !isMissing(error) && !hasCode(error, 'EACCES', 'EPERM', 'ELOOP')) throw error;
    const failed = (error as NodeJS.ErrnoException).path;
    const problem =
      error instanceof Unreadable
        ? error.message
        : failed !== undefined && failed !== file
          ? `holds ${path.relative(file, failed)}, which ${isMissing(error) ? 'leads nowhere' : 'cannot be read'}`
          : isMissing(error)
            ? 'does not exist'
            : 'cannot be read';
    throw new Diagnostic(`stage '${instance.id}': parameter '${name}' names '${value}', but ${file} ${problem}`, {
      location: instance.location,
      hint:
        'paths are relative to the folder in which the command is started; give another one with --set '
        + `${instance.stage}.${name}=PATH`,
      cause: error,
    });
  }
}

function inCanonicalOrder(value: Json): Json {
  if (Array.isArray(value)) return value.map(inCanonicalOrder);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, inCanonicalOrder(value[name])]),
  );
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
