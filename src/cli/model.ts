import { existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { Diagnostic } from '../runner/diagnostic.ts';
import { ArtifactChecker } from '../runner/execute/artifact-check.ts';
import { loadArtifactSchemas } from '../runner/catalogue/artifacts.ts';
import type { Store } from '../runner/store/store.ts';
import type { OutputRecord, RunRecord } from '../runner/records.ts';
import { madeOutputs } from './artifacts.ts';
import type { CommandContext } from './command.ts';
import { openProjectStore, runNamed, stagesNamed, warnOfLeftOut } from './project.ts';
import { looksLikeFile, runAndStage } from './words.ts';

/** A model that a stage of a run made. */
interface MadeModel {
  stage: string;
  output: OutputRecord;
}

/** What to do about a folder that is no model, or a broken one. */
export const modelHint =
  'A model is what the stage finetune writes: model.json, weights.safetensors, two dictionaries and codes.txt. '
  + 'One of an earlier version, or damaged: run that stage again.';

/**
 * Folder of the model that a word means, checked by its schema: a folder; a run or a pipeline file for the one that it
 * made; `latest/finetune` for one of several; a stage for what its newest run made; or the beginning of a digest.
 * @throws Diagnostic when there is none, when there are several, or when it is not valid
 */
export function openModel(word: string, context: CommandContext): { folder: string; store: Store } {
  const { run, stage } = runAndStage(word);
  const store = openProjectStore(context, looksLikeFile(run) ? [run] : []);
  const folder = path.resolve(context.console.folder, word);
  const isFolder = existsSync(folder) && statSync(folder).isDirectory();
  // A link such as those below runs/latest may mean another model tomorrow, and this one is checked now and read later.
  const found = realpathSync(
    isFolder ? folder : folderOf(madeModel(run, stage, word, store, context.console.folder), word, store),
  );
  warnOfLeftOut(store, context.console);
  checkModel(found, isFolder ? word : `the model of ${word}`, store);
  return { folder: found, store };
}

function madeModel(run: string, stage: string | undefined, word: string, store: Store, folder: string): MadeModel {
  const byDigest = stage === undefined ? modelWithDigest(run, store) : undefined;
  if (byDigest !== undefined) return { stage: run, output: byDigest };
  const withStage = stage === undefined ? store.runs().find((record) => modelsOf(record, run).length > 0) : undefined;
  if (withStage !== undefined) return onlyOne(modelsOf(withStage, run), withStage, word);
  const record = recordNamed(run, word, store, folder);
  return onlyOne(modelsOf(record, stage), record, word);
}

function recordNamed(run: string, word: string, store: Store, folder: string): RunRecord {
  try {
    return runNamed(run, store, folder);
  } catch (error) {
    if (!(error instanceof Diagnostic)) throw error;
    throw new Diagnostic(`there is no model "${word}": it is no folder, and ${error.message}`, {
      hint:
        'Give the folder of a model (runs/latest/<pipeline>/<stage>/model), a pipeline file, a run, or a run and '
        + 'a stage: latest/finetune.',
      cause: error,
    });
  }
}

/**
 * The models that a run made, or took from the store; those of one stage, if it is named by
 * its id or for all its instances.
 */
function modelsOf(run: RunRecord, stage?: string): MadeModel[] {
  return (stage === undefined ? run.stages : stagesNamed(stage, run)).flatMap(({ id, outputs }) =>
    Object.values(outputs)
      .filter(({ artifact }) => artifact === 'model')
      .map((output) => ({ stage: id, output })),
  );
}

function onlyOne(models: MadeModel[], { id, status }: RunRecord, word: string): MadeModel {
  if (new Set(models.map(({ output }) => output.digest)).size === 1) return models[0];
  if (models.length > 1) {
    throw new Diagnostic(`"${word}" means ${models.length} models`, {
      hint: `Name one of ${models.map(({ stage }) => `${id}/${stage}`).join(', ')}.`,
    });
  }
  throw new Diagnostic(`"${word}" has no model: run ${id} (${status}) made none`, {
    hint: 'The stage finetune makes one. See what a run made: npm run pipeline show <run>',
  });
}

function modelWithDigest(prefix: string, store: Store): OutputRecord | undefined {
  // Fewer digits name too many artifacts to be meant for one.
  if (!/^[0-9a-f]{4,64}$/.test(prefix)) return undefined;
  const models = madeOutputs(store)
    .map(({ output }) => output)
    .filter(({ artifact, digest }) => artifact === 'model' && digest.startsWith(prefix));
  const digests = [...new Set(models.map(({ digest }) => digest))];
  if (digests.length <= 1) return models[0];
  throw new Diagnostic(`"${prefix}" is the beginning of ${digests.length} models`, {
    hint: `Give more of the digest: ${digests.map((digest) => digest.slice(0, 16)).join(', ')}.`,
  });
}

function folderOf({ output: { digest } }: MadeModel, word: string, store: Store): string {
  const intact = store.verifyArtifact(digest);
  store.saveStatCache();
  if (intact) return store.artifactFolder(digest);
  throw new Diagnostic(`the model of ${word} is no longer in the store, or damaged`, {
    hint: 'Run its pipeline again: what is missing is made again.',
  });
}

function checkModel(folder: string, name: string, store: Store): void {
  const problem = new ArtifactChecker(loadArtifactSchemas(store.layout.project)).problem('model', folder, {
    allowOthers: true,
  });
  if (problem === undefined) return;
  throw new Diagnostic(`${name} is not a model that can translate: ${problem}`, { hint: modelHint });
}
