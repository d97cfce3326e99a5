import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { processConsole } from '../../src/cli/console.ts';
import { reportError } from '../../src/cli/errors.ts';
import { loadArtifactSchemas } from '../../src/runner/catalogue/artifacts.ts';
import { checkSchemas } from '../../src/runner/catalogue/check-schemas.ts';
import { loadStageTypes } from '../../src/runner/catalogue/stage-types.ts';
import { pipelineSchema } from './pipeline-schema.ts';
import { tablesSchema } from './tables.ts';
import { typeDeclarations } from './types.ts';

/** What the schemas refer to, generated from tables in the code: text by path relative to the package. */
export function generateTables(): Record<string, string> {
  return { 'schemas/tables.schema.json': `${JSON.stringify(tablesSchema(), undefined, 2)}\n` };
}

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
  try {
    // Tables first: what follows reads them.
    const stale = settle(project, generateTables(), check) + settle(project, await generate(project), check);
    return check && stale > 0 ? 1 : 0;
  } catch (error) {
    return reportError(error, processConsole());
  }
}

/** @returns How many files were not current. */
function settle(project: string, files: Record<string, string>, check: boolean): number {
  const stale = Object.entries(files).filter(([name, text]) => {
    const file = path.join(project, name);
    return !existsSync(file) || readFileSync(file, 'utf8') !== text;
  });
  for (const [name, text] of stale) {
    if (check) console.error(`${name} is not current: run "npm run generate"`);
    else {
      writeFileSync(path.join(project, name), text);
      console.log(`wrote ${name}`);
    }
  }
  return stale.length;
}
