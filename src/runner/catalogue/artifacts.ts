import { existsSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../package-root.ts';
import type { JsonObject } from '../stage.ts';
import { digestJson } from '../../disk/digest.ts';
import type { StageType } from '../types.ts';
import { createAjv } from './ajv.ts';
import { declarationsOf, fileOf } from './declarations.ts';
import { homesOf } from './project.ts';
import { readSchema, schemaProblem } from './schema-file.ts';

export interface ArtifactSchema {
  /** JSON Schema 2020-12 of `<type>.json`, without the project's own keywords. */
  schema: JsonObject;
  /** Every other file of the artifact: name or pattern with `*` → what it holds. A name without `*` must exist. */
  payload: Record<string, string>;
}

/**
 * The schemas of all artifact types that a project can use by type, from
 * `schemas/artifacts/<type>.schema.json`: its own and this package's.
 * @throws Diagnostic naming the first schema that is wrong.
 */
export function loadArtifactSchemas(project: string): Record<string, ArtifactSchema> {
  const validate = createAjv().compile(readSchema(path.join(packageRoot, 'schemas', 'artifact.schema.json')).value);
  return Object.fromEntries(
    [...declarationsOf('artifacts', project)].map(([name, { file }]) => {
      const { value, source } = readSchema(file);
      if (!validate(value)) throw schemaProblem(source, validate.errors!, 'the artifact schema');
      const { $schema: _, payload = {}, ...schema } = value;
      return [name, { schema, payload: payload as Record<string, string> }];
    }),
  );
}

/** Whether a project declares this artifact type itself, and otherwise than this package does. */
export function redeclares(project: string, artifact: string): boolean {
  const [own, shared] = [project, packageRoot].map((home) => fileOf('artifacts', home, artifact));
  return own !== shared && existsSync(own) && (!existsSync(shared) || meaningOf(own) !== meaningOf(shared));
}

/** Where modules for an artifact type come from: the project, and this package unless the type means another thing there. */
export function homesOfArtifact(project: string, artifact: string): readonly string[] {
  return redeclares(project, artifact) ? [project] : homesOf(project);
}

/** Of a schema, wherever its file lies. */
function meaningOf(file: string): string {
  const { $schema: _, ...schema } = readSchema(file).value;
  return digestJson(schema);
}

/**
 * An artifact of a stage type of this package that the project has declared otherwise. Within a project a name means
 * one artifact: which of the two the stage is to read or write, nobody can know.
 */
export function redeclaredArtifact({ home, inputs, outputs }: StageType, project: string): string | undefined {
  if (home === project) return undefined;
  const slots = [...Object.values(inputs), ...Object.values(outputs)];
  return slots.map(({ artifact }) => artifact).find((artifact) => redeclares(project, artifact));
}
