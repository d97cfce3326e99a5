import path from 'node:path';
import type { JsonObject } from '../stage.ts';
import { readSchema, schemaProblem } from './schema-file.ts';
import { createAjv } from './ajv.ts';
import { packageRoot } from './project.ts';
import { compile, listJson } from './stage-types.ts';

export interface ArtifactSchema {
  /** JSON Schema 2020-12 of `<type>.json`, without the project's own keywords. */
  schema: JsonObject;
  /** Every other file of the artifact: name or pattern with `*` → what it holds. A name without `*` must exist. */
  payload: Record<string, string>;
}

const SUFFIX = '.schema.json';

/**
 * The schemas of all artifact types of a project by type, from `schemas/artifacts/<type>.schema.json`.
 * @throws Diagnostic naming the first schema that is wrong.
 */
export function loadArtifactSchemas(project: string): Record<string, ArtifactSchema> {
  const folder = path.join(project, 'schemas', 'artifacts');
  const names = listJson(folder, SUFFIX);
  if (names.length === 0) return {};
  const validate = createAjv().compile(readSchema(path.join(packageRoot(), 'schemas', 'artifact.schema.json')).value);
  return Object.fromEntries(names.map((name) => {
    const { value, source } = readSchema(path.join(folder, name + SUFFIX));
    if (!validate(value)) throw schemaProblem(source, validate.errors!, 'the artifact schema');
    const { $schema: _, payload = {}, ...schema } = value;
    return [name, { schema, payload: payload as Record<string, string> }];
  }));
}

/**
 * Checks all schemas of a project against the published meta-schema as well, which loading leaves out for its cost.
 * @throws Diagnostic naming the first file that is wrong.
 */
export function checkSchemas(project: string): void {
  const ajv = createAjv({ full: true });
  for (const [name, { schema }] of Object.entries(loadArtifactSchemas(project))) {
    compile(() => ajv.compile(schema), path.join(project, 'schemas', 'artifacts', name + SUFFIX));
  }
  const stages = path.join(project, 'schemas', 'stages');
  for (const name of listJson(stages, '.json')) {
    const file = path.join(stages, `${name}.json`);
    compile(() => ajv.compile(readSchema(file).value.params as JsonObject), file);
  }
}
