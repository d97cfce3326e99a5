import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ModelDocument } from '../../schemas/types.ts';
import { vocabularyIn } from '../artifacts/text-form.ts';
import { ArchitectureError, checkArchitecture } from '../model/check-architecture.ts';
import { StageError } from '../runner/stage.ts';
import { parseCodes } from '../text/bpe/codes.ts';
import { readDictionary } from '../text/dataset.ts';
import { CorpusError } from '../text/errors.ts';
import { asLanguage } from '../text/language.ts';
import { LineCodec } from '../text/line-codec.ts';
import { roles } from '../text/parallel-text.ts';

/**
 * Reads what lines are encoded and decoded with of a `model` artifact's folder, and checks on the way that its files
 * belong together.
 * @throws StageError, CorpusError naming the file that does not fit
 */
export function readCodec(
  folder: string,
  { languages, lowercase, vocabulary, model, architecture }: ModelDocument,
): LineCodec {
  const document = path.join(folder, 'model.json');
  const dictionaries = { source: readDictionary(folder, 'source'), target: readDictionary(folder, 'target') };
  for (const role of roles) {
    const expected = model[`${role}Types`];
    if (dictionaries[role].size === expected) continue;
    throw new StageError(
      `${document}: "model.${role}Types" is ${expected}, and dict.${role}.txt has ${dictionaries[role].size} `
        + 'symbols with the special ones: '
        + 'they are not of one model.',
    );
  }
  checkedAs(document, () => checkArchitecture(architecture));
  const codes = path.join(folder, 'codes.txt');
  const merges = parseCodes(readFileSync(codes, 'utf8'), codes);
  checkVocabulary(folder, document, vocabulary);
  return new LineCodec({
    languages: checkedAs(document, () => ({
      source: asLanguage(languages.source),
      target: asLanguage(languages.target),
    })),
    lowercase,
    merges,
    dictionaries,
  });
}

/** Refuses files of another model, which a size alone would not tell. */
function checkVocabulary(
  folder: string,
  document: string,
  { codes, source, target }: ModelDocument['vocabulary'],
): void {
  const found = vocabularyIn(folder);
  const expected = {
    'codes.txt': [codes, found.codes],
    'dict.source.txt': [source, found.source],
    'dict.target.txt': [target, found.target],
  };
  for (const [file, [wanted, present]] of Object.entries(expected)) {
    if (wanted === present) continue;
    throw new StageError(
      `${path.join(folder, file)} is not the file that the model was trained with: its SHA-256 is ${present}, and `
        + `${document} says ${wanted}.`,
    );
  }
}

/** What a check of a part of a file says, as said of the file. */
function checkedAs<Result>(file: string, check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof ArchitectureError || error instanceof CorpusError)) throw error;
    throw new StageError(`${file}: ${error.message}`, { cause: error });
  }
}
