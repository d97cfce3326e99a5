import type { JsonObject } from '../stage.ts';
import { createAjv } from './ajv.ts';
import { loadArtifactSchemas } from './artifacts.ts';
import { declarationsOf } from './declarations.ts';
import { compile, readSchema } from './schema-file.ts';

/**
 * Checks all schemas of a project against the published meta-schema as well, which loading leaves out for its cost.
 * @throws Diagnostic naming the first file that is wrong.
 */
export function checkSchemas(project: string): void {
  const ajv = createAjv({ full: true });
  const schemas = loadArtifactSchemas(project);
  for (const [name, { file }] of declarationsOf('artifacts', project))
    compile(() => ajv.compile(schemas[name].schema), file);
  for (const { file } of declarationsOf('stages', project).values()) {
    compile(() => ajv.compile(readSchema(file).value.params as JsonObject), file);
  }
}
