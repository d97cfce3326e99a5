import path from 'node:path';
import { Diagnostic } from '../runner/diagnostic.ts';
import { suggest } from '../runner/suggestion.ts';
import { findProject } from '../runner/catalogue/project.ts';
import { describeDamaged, describeForeign } from '../runner/store/record-files.ts';
import { openStore } from '../runner/store/store.ts';
import type { Store } from '../runner/store/store.ts';
import type { RunRecord, RunStage } from '../runner/records.ts';
import type { CommandContext } from './command.ts';
import { type Console, warn } from './console.ts';
import { looksLikeFile } from './words.ts';

/**
 * The store of the project that `words` are about: that of the first file among them, else that of the working folder.
 */
export function openProjectStore({ options, console }: CommandContext, words: readonly string[] = []): Store {
  const file = words.find(looksLikeFile) ?? '.shrinknas';
  const project = findProject(path.resolve(console.folder, file));
  return openStore({
    project,
    ...(options.store === undefined ? {} : { store: path.resolve(console.folder, options.store) }),
  });
}

/**
 * The run that a word means: `latest`, `latest~1`, the beginning of an id, or a pipeline file for its last run.
 * Throws a Diagnostic when there is none.
 */
export function runNamed(word: string, store: Store, folder: string): RunRecord {
  if (!looksLikeFile(word)) return store.run(word);
  const file = store.relativeFile(path.resolve(folder, word));
  const run = store.runs().find((record) => record.file === file);
  if (run === undefined)
    throw new Diagnostic(`${word} has no recorded run`, { hint: `Run it: npm run pipeline ${word}` });
  return run;
}

/** The newest run of each pipeline: what it shows as its results. */
export function newestRuns(store: Store): RunRecord[] {
  const seen = new Set<string>();
  return store.runs().filter(({ pipeline, file }) => {
    const name = `${pipeline} ${file}`;
    return !seen.has(name) && seen.add(name);
  });
}

/** Says, once, which records a command met that it cannot read, of other versions or damaged: it shows the rest. */
export function warnOfLeftOut(store: Store, console: Console): void {
  const found = describeForeign(store.foreignRecords);
  const warnings = [
    ...(found.length === 0 ? [] : [`another version of shrinknas left ${found.join('; ')}: they are left out`]),
    ...describeDamaged(store.damagedRecords),
  ];
  warnings.forEach((warning) => warn(console, warning));
}

/** The stages of a run that a name means: the one with that id, else all instances of the stage. */
export function stagesNamed(name: string, { stages }: RunRecord): RunStage[] {
  const exact = stages.filter(({ id }) => id === name);
  return exact.length > 0 ? exact : stages.filter(({ stage }) => stage === name);
}

/** The stage of a run that a name means. Throws a Diagnostic when there is none, or more than one. */
export function stageNamed(name: string, run: RunRecord): RunStage {
  const stages = stagesNamed(name, run);
  if (stages.length === 1) return stages[0];
  if (stages.length === 0) {
    throw new Diagnostic(`run ${run.id} has no stage "${name}"`, {
      hint: suggest(
        name,
        run.stages.map(({ id }) => id),
        'stages',
      ),
    });
  }
  throw new Diagnostic(`"${name}" means ${stages.length} stages of run ${run.id}`, {
    hint: `Name one of ${stages.map(({ id }) => id).join(', ')}.`,
  });
}
