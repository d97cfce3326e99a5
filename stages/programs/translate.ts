import { createReadStream } from 'node:fs';
import { readLines } from '../../src/text/line-stream.ts';
import { startEngine } from '../../src/stage/engine.ts';
import { guarded } from '../../src/stage/guard.ts';
import { writeOut } from '../../src/translation/standard-output.ts';
import { Translator, type TranslatorOptions } from '../../src/translation/translator.ts';
import { drawTranslation, type TranslationFormat } from '../../src/translation/format.ts';

/** Where text comes from: a file by its path, standard input, or the command line itself. */
type TextSource = { file: string } | { standardInput: true } | { text: string };

interface TranslateParams extends TranslatorOptions {
  /** Folder of a `model` artifact. */
  model: string;
  /** One after the other; lines are numbered on. */
  sources: TextSource[];
  format: TranslationFormat;
}

/**
 * Translates raw text line by line, as it comes: what `shrinknas translate` runs. Tells by the metric `lines` how many
 * are translated and printed, 0 once the model is open.
 */
export default guarded<TranslateParams>(async (context) => {
  const {
    params: { model, sources, format, ...options },
    events,
  } = context;
  const { partTokens } = await startEngine(context, 'decoding');
  const translator = Translator.open(model, partTokens, {
    ...options,
    onLong: (message) => events.log(message, 'warning'),
  });
  let printed = 0;
  events.metric({ lines: printed });
  for (const source of sources) {
    for await (const lines of linesOf(source)) {
      for (const translations of translator.translate(lines)) {
        if (!(await writeOut(translations.map((translation) => drawTranslation(translation, format)).join('')))) return;
        printed += translations.length;
        events.metric({ lines: printed });
      }
    }
  }
});

function linesOf(source: TextSource): AsyncGenerator<string[]> {
  if ('text' in source) return readLines(only(Buffer.from(source.text)), 'the text of the command line');
  if ('file' in source) return readLines(createReadStream(source.file), source.file);
  return readLines(process.stdin, 'standard input');
}

/** A newline ends it, so that empty text is one empty line. */
async function* only(text: Buffer): AsyncGenerator<Buffer> {
  yield Buffer.concat([text, Buffer.from('\n')]);
}
