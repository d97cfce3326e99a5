import { existsSync } from 'node:fs';
import path from 'node:path';
import { Diagnostic, ExitCode } from '../../runner/diagnostic.ts';
import { declarationsOf } from '../../runner/catalogue/declarations.ts';
import { findProject } from '../../runner/catalogue/project.ts';
import { readSchema } from '../../runner/catalogue/schema-file.ts';
import { suggest } from '../../runner/suggestion.ts';
import type { Command } from '../command.ts';

export const command: Command = ({ positionals: [name = 'pipeline'], console }) => {
  const project = findProject(path.join(console.folder, '.shrinknas'));
  const [stages, artifacts] = [declarationsOf('stages', project), declarationsOf('artifacts', project)];
  const own = path.join(project, 'schemas', `${name}.schema.json`);
  const file = existsSync(own) ? own : (stages.get(name) ?? artifacts.get(name))?.file;
  if (file === undefined) {
    const pipeline = existsSync(path.join(project, 'schemas', 'pipeline.schema.json')) ? ['pipeline'] : [];
    throw new Diagnostic(
      `there is no schema "${name}" in ${path.relative(console.folder, path.join(project, 'schemas')) || '.'}`,
      {
        hint: suggest(name, [...pipeline, ...stages.keys(), ...artifacts.keys()], 'schemas'),
      },
    );
  }
  // With the parts that it shares with others: what is printed may be used anywhere.
  console.out(`${JSON.stringify(readSchema(file).value, undefined, 2)}\n`);
  return ExitCode.ok;
};
