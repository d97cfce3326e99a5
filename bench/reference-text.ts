/**
 * Compares every step of preprocessing, and BLEU, byte for byte with files that the reference tools wrote (Moses, subword-nmt,
 * fairseq-preprocess). One line a file; exit code 1 if any differs.
 *
 *     npx esbuild bench/reference-text.ts --bundle --platform=node --format=esm --packages=external --outfile=dist/reference-text.mjs
 *     node dist/reference-text.mjs <data> <reference>
 *
 * `<data>/<corpus>/{train,valid,test}.{de,en}.gz` is untokenised text. `<reference>/text` holds, by corpus, either a folder of
 * `{train,valid,test}.{tok,lc,bpe}.{de,en}.gz`, `codes.gz` and `dict.{de,en}.txt.gz`, or a `<corpus>.sha256` with the checksums
 * of such files. `<reference>/bleu` holds `expected.json` with `<case>.{hyp,ref}.gz`.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { corpusBleu, formatBleu } from '../src/text/bleu.ts';
import { BpeEncoder } from '../src/text/bpe/apply.ts';
import { formatCodes } from '../src/text/bpe/codes.ts';
import { learnBpe } from '../src/text/bpe/learn.ts';
import { cleanCorpus } from '../src/text/cleaning.ts';
import { readLines } from '../src/text/corpora/files.ts';
import { Dictionary } from '../src/text/dictionary.ts';
import { lowercase } from '../src/text/lowercase.ts';
import { tokenize } from '../src/text/tokenizer.ts';

const [data, reference] = process.argv.slice(2);
if (data === undefined || reference === undefined) {
  console.error('Usage: node dist/reference-text.mjs <data folder> <reference folder>');
  process.exit(2);
}

const splits = ['train', 'valid', 'test'] as const;
let differing = 0;

for (const corpus of readdirSync(data).filter((name) => existsSync(path.join(data, name, 'train.de.gz')))) {
  const digests = referenceDigests(corpus);
  const started = performance.now();
  const files = preprocess(path.join(data, corpus));
  const seconds = (performance.now() - started) / 1000;
  for (const [name, expected] of digests) {
    const content = files.get(name);
    report(`${corpus}/${name}`, content !== undefined && sha256(content) === expected);
  }
  console.log(`${corpus}: ${digests.size} files, ${seconds.toFixed(1)} s from raw text to dictionaries`);
}

const bleuFolder = path.join(reference, 'bleu');
for (const { case: name, printed } of JSON.parse(readFileSync(path.join(bleuFolder, 'expected.json'), 'utf8')) as { case: string; printed: string }[]) {
  const [hypotheses, references] = ['hyp', 'ref'].map((kind) => readLines(path.join(bleuFolder, `${name}.${kind}.gz`)));
  const ours = formatBleu(corpusBleu(hypotheses, references));
  report(`bleu/${name}`, ours === printed, ours);
}
process.exit(differing === 0 ? 0 : 1);

/** Every file that the reference tools would write for a corpus, by name. */
function preprocess(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  const write = (name: string, lines: readonly string[]): void => { files.set(name, lines.map((line) => `${line}\n`).join('')); };
  const prepared = splits.map((split) => {
    const tokenized = {
      source: readLines(path.join(folder, `${split}.de.gz`)).map((line) => tokenize(line, 'de')),
      target: readLines(path.join(folder, `${split}.en.gz`)).map((line) => tokenize(line, 'en')),
    };
    write(`${split}.tok.de`, tokenized.source);
    write(`${split}.tok.en`, tokenized.target);
    const kept = split === 'train' ? cleanCorpus(tokenized, { minLength: 1, maxLength: 175, ratio: 1.5 }) : tokenized;
    const lowercased = { de: kept.source.map(lowercase), en: kept.target.map(lowercase) };
    write(`${split}.lc.de`, lowercased.de);
    write(`${split}.lc.en`, lowercased.en);
    return { split, ...lowercased };
  });
  const merges = learnBpe([prepared[0].de, prepared[0].en], 10_000);
  files.set('codes', formatCodes(merges));
  const encoder = new BpeEncoder(merges);
  for (const { split, de, en } of prepared) {
    for (const [language, lines] of [['de', de], ['en', en]] as const) {
      const pieces = lines.map((line) => encoder.encodeLine(line));
      write(`${split}.bpe.${language}`, pieces);
      if (split === 'train') files.set(`dict.${language}.txt`, Dictionary.build(pieces).format());
    }
  }
  return files;
}

function referenceDigests(corpus: string): Map<string, string> {
  const folder = path.join(reference, 'text', corpus);
  if (existsSync(folder)) {
    return new Map(readdirSync(folder).map((name) => [name.replace(/\.gz$/, ''), sha256(gunzipSync(readFileSync(path.join(folder, name))))]));
  }
  const lines = readFileSync(`${folder}.sha256`, 'utf8').trim().split('\n');
  return new Map(lines.map((line) => line.split(/\s+/)).map(([digest, name]) => [name, digest]));
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function report(name: string, same: boolean, note = ''): void {
  if (!same) differing++;
  console.log(`${same ? 'same     ' : 'DIFFERENT'} ${name}${note === '' ? '' : `  ${note}`}`);
}
