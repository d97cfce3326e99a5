/**
 * Translates a corpus's test set with examples/read_model.py (PyTorch), and compares it with what the stage `bleu` wrote:
 *
 *     npm run bench read-model <model> <corpus> <translations>
 *     npm run bench read-model runs/latest/quickstart/{finetune/model,preprocess/corpus,bleu/translations}
 *
 * Prints how many lines are equal, and those that are not; exit code 1 if any differs. SHRINKNAS_PYTHON names a Python
 * with `torch`, `numpy` and `safetensors`; without it, they are set up at first, from PyPI.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TranslationsDocument } from '../schemas/types.ts';
import { PythonError, pythonProgram } from './peers/python.ts';

/** Of examples/read_model.py. */
const beam = 5;

const [model, corpus, translations] = process.argv.slice(2);
if (translations === undefined) {
  console.error('Usage: npm run bench read-model <model folder> <corpus folder> <translations folder>');
  process.exit(2);
}
const document = JSON.parse(readFileSync(path.join(translations, 'translations.json'), 'utf8')) as TranslationsDocument;
if (document.beam !== beam) {
  console.error(`${translations} was made with a beam of ${document.beam}, and examples/read_model.py has ${beam}.`);
  process.exit(2);
}
const sources = readFileSync(path.join(corpus, `${document.split}.source.txt`), 'utf8');
const ours = linesOf(readFileSync(path.join(translations, 'hypotheses.txt'), 'utf8'));
const theirs = linesOf(translate(sources));
const differing = ours.flatMap((line, i) => (line === theirs[i] ? [] : [i]));
for (const i of differing) console.log(`DIFFERENT line ${i + 1}\n  ours    ${ours[i]}\n  PyTorch ${theirs[i]}`);
console.log(`${ours.length - differing.length} of ${ours.length} lines equal`);
process.exitCode = differing.length === 0 && ours.length === theirs.length ? 0 : 1;

function translate(text: string): string {
  try {
    return execFileSync(pythonProgram(), ['examples/read_model.py', model], {
      input: text,
      encoding: 'utf8',
      maxBuffer: Infinity,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
  } catch (error) {
    console.error(error instanceof PythonError ? error.message : `examples/read_model.py failed: ${String(error)}`);
    process.exit(2);
  }
}

function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}
