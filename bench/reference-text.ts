/**
 * Compares every step of preprocessing, and BLEU, byte for byte with the reference tools (Moses, subword-nmt,
 * fairseq-preprocess). One line a result; exit code 1 if any differs.
 *
 *     npm run bench reference-text <data> <reference>
 *     npm run bench reference-text moses=<mosesdecoder>
 *     npm run bench reference-text sacrebleu [sacrebleu=<translations>]
 *
 * The first compares with files that the tools wrote. `<data>/<corpus>/{train,valid,test}.{de,en}.gz` is untokenised text. `<reference>/text` holds, by corpus, either a
 * folder of `{train,valid,test}.{tok,lc,bpe}.{de,en}.gz`, `codes.gz` and `dict.{de,en}.txt.gz`, or a `<corpus>.sha256`
 * with the checksums of such files. `<reference>/bleu` holds `expected.json` with `<case>.{hyp,ref}.gz`.
 *
 * What the stage writes comes another way than these steps: by numbers of words and on several threads. Its codes and
 * dictionaries are compared with the same files, and its ids, read back as pieces, with the `bpe` files.
 *
 * The second runs the tools, and compares all languages of Moses: text/languages.ts says with what. `<mosesdecoder>` is a
 * copy of github.com/moses-smt/mosesdecoder, and Perl is needed, 5.36 for its Unicode; subword-nmt comes from
 * PyPI, or from the folder of programs that SHRINKNAS_TEXT_PEERS names.
 *
 * The third compares BLEU, chrF and TER with sacreBLEU, from there as well, on what text/metrics.ts says and on a
 * `translations` artifact in English. All at once will do.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { corpusBleu, formatBleu } from '../src/text/bleu/score.ts';
import { BpeEncoder } from '../src/text/bpe/apply.ts';
import { formatCodes } from '../src/text/bpe/codes.ts';
import { learnBpe } from '../src/text/bpe/learn.ts';
import { cleanCorpus } from '../src/text/cleaning.ts';
import { fileAt, readLines } from '../src/text/corpora/files.ts';
import { Dictionary, special } from '../src/text/dictionary.ts';
import { lowercase } from '../src/text/lowercase.ts';
import { MemoTokenizer } from '../src/text/memo-tokenizer.ts';
import { roles, splits } from '../src/text/parallel-text.ts';
import { binarise } from '../src/text/recipe.ts';
import { PythonError } from './peers/python.ts';
import { ArgumentError } from './support/arguments.ts';
import { compareLanguages } from './text/languages.ts';
import { compareMetrics } from './text/metrics.ts';
import { Moses } from './text/moses.ts';
import { ProgramError } from './text/processes.ts';
import { recipeOptions, writeRawCorpus } from './text/raw-corpus.ts';

const words = process.argv.slice(2);
const [data, reference] = words.filter((word) => !/^(moses=|sacrebleu(=|$))/.test(word));
const metrics = words.find((word) => /^sacrebleu(=|$)/.test(word));
const moses = words.find((word) => word.startsWith('moses='))?.slice('moses='.length);
const languages = ['de', 'en'] as const;
let differing = 0;

// Threads that prepare text start with this same file.
if (isMainThread) {
  if (data === undefined ? moses === undefined && metrics === undefined : reference === undefined) {
    console.error(
      'Usage: npm run bench reference-text [<data folder> <reference folder>] [moses=<mosesdecoder>] [sacrebleu]',
    );
    process.exit(2);
  }
  if (data !== undefined) {
    for (const corpus of readdirSync(data).filter((name) => existsSync(path.join(data, name, 'train.de.gz'))))
      await compareText(corpus);
    compareBleu(path.join(reference, 'bleu'));
  }
  if (moses !== undefined) withTools(() => compareLanguages(new Moses(moses), report));
  if (metrics !== undefined) withTools(() => compareMetrics(metrics.split('=')[1], report));
  process.exit(differing === 0 ? 0 : 1);
}

function withTools(compare: () => void): void {
  try {
    compare();
  } catch (error) {
    if (!(error instanceof ArgumentError || error instanceof ProgramError || error instanceof PythonError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

async function compareText(corpus: string): Promise<void> {
  const digests = referenceDigests(corpus);
  const started = performance.now();
  const files = preprocess(path.join(data, corpus));
  const stepwise = performance.now();
  const staged = await stage(path.join(data, corpus));
  const ended = performance.now();
  for (const [name, expected] of digests) {
    const content = files.get(name)!;
    report(`${corpus}/${name}`, sha256(content) === expected);
    const whole = staged.get(name);
    if (whole === undefined) continue;
    const dictionary = files.get(`dict.${name.slice(-2)}.txt`)!;
    report(`${corpus}/${name} (stage)`, whole === (name.includes('.bpe.') ? asRead(content, dictionary) : content));
  }
  console.log(
    `${corpus}: ${digests.size} files, ${seconds(stepwise - started)} step by step, `
      + `${seconds(ended - stepwise)} by the stage's way`,
  );
}

function compareBleu(folder: string): void {
  for (const { case: name, printed } of JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8')) as {
    case: string;
    printed: string;
  }[]) {
    const [hypotheses, references] = ['hyp', 'ref'].map((kind) =>
      readLines(fileAt(path.join(folder, `${name}.${kind}.gz`))),
    );
    const ours = formatBleu(corpusBleu(hypotheses, references));
    report(`bleu/${name}`, ours === printed, ours);
  }
}

/** Every file that the reference tools would write for a corpus, by name. */
function preprocess(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  const write = (name: string, lines: readonly string[]): void => {
    files.set(name, asFile(lines));
  };
  const tokenizers = {
    de: new MemoTokenizer('de', (tokens) => tokens),
    en: new MemoTokenizer('en', (tokens) => tokens),
  };
  const tokens = (split: string, language: 'de' | 'en'): string[] =>
    readLines(fileAt(path.join(folder, `${split}.${language}.gz`))).map((line) =>
      tokenizers[language].tokenize(line).join(' '),
    );
  const prepared = splits.map((split) => {
    const tokenized = { source: tokens(split, 'de'), target: tokens(split, 'en') };
    write(`${split}.tok.de`, tokenized.source);
    write(`${split}.tok.en`, tokenized.target);
    const kept = split === 'train' ? cleanCorpus(tokenized, recipeOptions) : tokenized;
    const lowercased = { de: kept.source.map(lowercase), en: kept.target.map(lowercase) };
    write(`${split}.lc.de`, lowercased.de);
    write(`${split}.lc.en`, lowercased.en);
    return { split, ...lowercased };
  });
  const merges = learnBpe([prepared[0].de, prepared[0].en], recipeOptions.merges);
  files.set('codes', formatCodes(merges));
  const encoder = new BpeEncoder(merges);
  for (const { split, de, en } of prepared) {
    for (const [language, lines] of [
      ['de', de],
      ['en', en],
    ] as const) {
      const pieces = lines.map((line) => encoder.encodeLine(line));
      write(`${split}.bpe.${language}`, pieces);
      if (split === 'train') files.set(`dict.${language}.txt`, Dictionary.build(pieces).format());
    }
  }
  return files;
}

/** The same of the stage, as far as it has them; the `bpe` files with its ids read back as pieces. */
async function stage(source: string): Promise<Map<string, string>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'shrinknas-reference-'));
  try {
    writeRawCorpus(source, folder);
    const quiet = { progress: () => undefined, step: () => undefined, warning: () => undefined };
    const corpus = await binarise(folder, recipeOptions, quiet, availableParallelism());
    const files = new Map([['codes', formatCodes(corpus.merges)]]);
    roles.forEach((role, i) => {
      const dictionary = corpus.dictionaries[role];
      files.set(`dict.${languages[i]}.txt`, dictionary.format());
      for (const split of splits) {
        const { ids, offsets } = corpus.splits[split][role];
        const lines = Array.from({ length: offsets.length - 1 }, (_, n) =>
          dictionary.decode(ids.subarray(offsets[n], offsets[n + 1])),
        );
        files.set(`${split}.bpe.${languages[i]}`, asFile(lines));
      }
    });
    return files;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * A file of pieces as its ids say it: what is not in the dictionary is unknown, and spaces at
 * the ends of a line mean nothing.
 */
function asRead(pieces: string, format: string): string {
  const dictionary = Dictionary.parse(format, 'dictionary');
  return asFile(
    pieces
      .split('\n')
      .slice(0, -1)
      .map((line) => dictionary.decode(dictionary.encode(line).filter((id) => id !== special.end))),
  );
}

function asFile(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function referenceDigests(corpus: string): Map<string, string> {
  const folder = path.join(reference, 'text', corpus);
  if (existsSync(folder)) {
    return new Map(
      readdirSync(folder).map((name) => [
        name.replace(/\.gz$/, ''),
        sha256(gunzipSync(readFileSync(path.join(folder, name)))),
      ]),
    );
  }
  const lines = readFileSync(`${folder}.sha256`, 'utf8').trim().split('\n');
  return new Map(lines.map((line) => line.split(/\s+/)).map(([digest, name]) => [name, digest]));
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function report(name: string, same: boolean, note = ''): void {
  if (!same) differing++;
  console.log(`${same ? 'same     ' : 'DIFFERENT'} ${name}${note === '' ? '' : `  ${note}`}`);
}
