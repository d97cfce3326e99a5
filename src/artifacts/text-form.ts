import { existsSync } from 'node:fs';
import path from 'node:path';
import type { CheckpointDocument } from '../../schemas/types.ts';
import { digestFileSync } from '../disk/digest.ts';
import { StageError } from '../runner/stage.ts';
import { readManifest } from '../text/dataset.ts';
import { roles } from '../text/parallel-text.ts';
import { readDocument } from './documents.ts';

/** How text became ids: what is trained with one form of text fits no other, whatever the sizes of dictionaries. */
export type TextForm = Pick<CheckpointDocument, 'languages' | 'lowercase' | 'vocabulary'>;

/** Digests of the dictionaries and codes in the folder of a corpus or model. */
export function vocabularyIn(folder: string): TextForm['vocabulary'] {
  const digest = (file: string) => digestFileSync(path.join(folder, file));
  return { codes: digest('codes.txt'), source: digest('dict.source.txt'), target: digest('dict.target.txt') };
}

/** The form of a corpus, by the files that it holds. */
export function formOfCorpus(folder: string): TextForm {
  const { languages, lowercase } = readManifest(folder);
  return { languages, lowercase, vocabulary: vocabularyIn(folder) };
}

/**
 * Refuses two inputs of different forms of text.
 * @param inputs of the stage: folders by slot
 * @param slot of the corpus
 * @param other slot of a checkpoint, model or other corpus
 * @throws StageError that names both, and all that differs
 */
export function checkSameText(inputs: Readonly<Record<string, string>>, slot: string, other: string): void {
  const differing = differences(formIn(inputs[slot]), formIn(inputs[other]));
  if (differing.length === 0) return;
  throw new StageError(
    `The inputs ${nameOf(slot, inputs[slot])} and ${nameOf(other, inputs[other])} do not belong together: `
      + `${differing.join('; ')}. Connect the corpus that it was trained on, or one that was prepared like it.`,
  );
}

/** What differs between two forms, in words. */
export function differences(first: TextForm, second: TextForm): string[] {
  const pair = ({ languages: { source, target } }: TextForm) => `${source}–${target}`;
  const casing = ({ lowercase }: TextForm) => (lowercase ? 'lowercased' : 'as written');
  const parts: [what: string, text: (form: TextForm) => string, shown: (form: TextForm) => string][] = [
    ['the languages are', pair, pair],
    ['the text is', casing, casing],
    ['the BPE codes are', ({ vocabulary }) => vocabulary.codes, ({ vocabulary }) => vocabulary.codes.slice(0, 8)],
    ...roles.map((role): (typeof parts)[number] => [
      `the ${role} dictionary is`,
      ({ vocabulary }) => vocabulary[role],
      ({ vocabulary }) => vocabulary[role].slice(0, 8),
    ]),
  ];
  return parts
    .filter(([, text]) => text(first) !== text(second))
    .map(([what, , shown]) => `${what} ${shown(first)} in one and ${shown(second)} in the other`);
}

function formIn(folder: string): TextForm {
  if (existsSync(path.join(folder, 'corpus.json'))) return formOfCorpus(folder);
  if (existsSync(path.join(folder, 'model.json')))
    return { ...readDocument(folder, 'model'), vocabulary: vocabularyIn(folder) };
  if (existsSync(path.join(folder, 'onnx.json')))
    return { ...readDocument(folder, 'onnx'), vocabulary: vocabularyIn(folder) };
  return readDocument(folder, 'checkpoint');
}

/** A slot and the beginning of the digest that its folder is called by, as `show` takes it. */
function nameOf(slot: string, folder: string): string {
  return `"${slot}" (${path.basename(folder).slice(0, 12)})`;
}
