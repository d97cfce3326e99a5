import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { processConsole } from '../../src/cli/console.ts';
import { reportError } from '../../src/cli/errors.ts';
import { checkSchemas, loadArtifactSchemas } from '../../src/runner/load/artifacts.ts';
import { loadStageTypes } from '../../src/runner/load/stage-types.ts';
import { pipelineSchema } from './pipeline-schema.ts';
import { typeDeclarations } from './types.ts';

/** What is generated from the schemas of a project: text by path relative to it. */
export async function generate(project: string): Promise<Record<string, string>> {
  checkSchemas(project);
  const types = loadStageTypes(project, { needModules: false });
  return {
    'schemas/pipeline.schema.json': `${JSON.stringify(pipelineSchema(types), undefined, 2)}\n`,
    'schemas/types.ts': await typeDeclarations(types, loadArtifactSchemas(project)),
  };
}

/** Writes or checks the generated files. @returns The exit code. */
export async function main(project: string, check: boolean): Promise<number> {
  let files: Record<string, string>;
  try {
    files = await generate(project);
  } catch (error) {
    return reportError(error, processConsole());
  }
  let stale = 0;
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(project, name);
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    stale += 1;
    if (check) console.error(`${name} is not current: run "npm run generate"`);
    else {
      writeFileSync(file, text);
      console.log(`wrote ${name}`);
    }
  }
  return check && stale > 0 ? 1 : 0;
}
