import { createReadStream } from 'node:fs';
import { readLines } from '../../src/text/line-stream.ts';
import { startEngine } from '../shared/engine.ts';
import { guarded } from '../shared/guard.ts';
import { writeOut } from '../shared/standard-output.ts';
import { Translator, type Translation, type TranslatorOptions } from '../shared/translator.ts';

interface TranslateParams extends TranslatorOptions {
  /** Folder of a `model` artifact. */
  model: string;
  /** Text to translate; null: standard input. */
  file: string | null;
  format: 'text' | 'table' | 'json';
}

/** Translates raw text line by line, as it comes: what `shrinknas translate` runs. */
export default guarded<TranslateParams>(async (context) => {
  const { params } = context;
  const { partTokens } = await startEngine(context);
  const translator = Translator.open(params.model, partTokens, params);
  const source = params.file === null ? process.stdin : createReadStream(params.file);
  for await (const lines of readLines(source, params.file ?? 'standard input')) {
    const text = translator.translate(lines).map((translation) => formats[params.format](translation)).join('');
    if (!await writeOut(text)) break;
  }
});

const formats: Record<TranslateParams['format'], (translation: Translation) => string> = {
  text: ({ hypotheses: [{ text }] }) => `${text}\n`,
  table: ({ line, hypotheses }) => hypotheses.map(({ score, text }, rank) => `${line}\t${rank + 1}\t${score}\t${text}\n`).join(''),
  json: (translation) => `${JSON.stringify(translation)}\n`,
};
