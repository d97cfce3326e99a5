import { existsSync } from 'node:fs';
import path from 'node:path';
import { Diagnostic, ExitCode } from '../../runner/diagnostic.ts';
import { readSchema } from '../../runner/catalogue/schema-file.ts';
import { suggest } from '../../runner/load/text/problem.ts';
import { findProject } from '../../runner/catalogue/project.ts';
import { listJson } from '../../runner/catalogue/stage-types.ts';
import type { Command } from '../command.ts';

const artifactSuffix = '.schema.json';

export const command: Command = ({ positionals: [name = 'pipeline'], console }) => {
  const schemas = path.join(findProject(path.join(console.folder, '.shrinknas')), 'schemas');
  const file = [`${name}.schema.json`, path.join('stages', `${name}.json`), path.join('artifacts', `${name}${artifactSuffix}`)]
    .map((relative) => path.join(schemas, relative))
    .find((candidate) => existsSync(candidate));
  if (file === undefined) {
    const [stages, artifacts] = [listJson(path.join(schemas, 'stages'), '.json'), listJson(path.join(schemas, 'artifacts'), artifactSuffix)];
    const own = existsSync(path.join(schemas, 'pipeline.schema.json')) ? ['pipeline'] : [];
    throw new Diagnostic(`there is no schema "${name}" in ${path.relative(console.folder, schemas) || '.'}`, { hint: suggest(name, [...own, ...stages, ...artifacts], 'schemas') });
  }
  // With the parts that it shares with others: what is printed may be used anywhere.
  console.out(`${JSON.stringify(readSchema(file).value, undefined, 2)}\n`);
  return ExitCode.ok;
};
