import { writeFileSync } from 'node:fs';
import path from 'node:path';

/** Lines of a `translations` artifact. */
export interface TranslationLines {
  /** Tokens. */
  hypotheses: readonly string[];
  /** Text, translated and as it should be. */
  detokenized: readonly string[];
  references: readonly string[];
  /** Of each sentence, best first. */
  nBest: { score: number; tokens: string }[][];
}

/** Writes those of one test set. */
export function writeTranslationLines(folder: string, lines: TranslationLines): void {
  writeLines(path.join(folder, 'hypotheses.txt'), lines.hypotheses);
  writeLines(path.join(folder, 'detokenized.txt'), lines.detokenized);
  writeLines(path.join(folder, 'references.txt'), lines.references);
  writeLines(
    path.join(folder, 'nbest.jsonl'),
    lines.nBest.map((best) => JSON.stringify({ hypotheses: best })),
  );
}

function writeLines(file: string, lines: readonly string[]): void {
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
}
