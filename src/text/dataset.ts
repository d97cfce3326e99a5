import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CorpusDocument } from '../../schemas/types.ts';
import { formatCodes } from './bpe/codes.ts';
import type { Merge } from './bpe/merge.ts';
import { Dictionary, special } from './dictionary.ts';
import { CorpusError } from './errors.ts';
import { roles } from './parallel-text.ts';
import type { Role } from './parallel-text.ts';

/** `corpus.json`: what a binarised corpus holds. */
export type CorpusManifest = CorpusDocument;

export type SplitCounts = CorpusDocument['splits'][string];

/** Sentences of one side end to end: sentence n is `ids[offsets[n]]` to `ids[offsets[n + 1] - 1]`, which is `</s>`. */
export interface EncodedText {
  ids: Int32Array;
  /** One more than there are sentences. */
  offsets: Uint32Array;
}

export type EncodedPairs = Record<Role, EncodedText>;

/** Everything that goes into a corpus folder. */
export interface BinarisedCorpus {
  manifest: CorpusManifest;
  /** `train`, `valid` and test sets by name, as far as there are. */
  splits: Readonly<Record<string, EncodedPairs>>;
  dictionaries: Record<Role, Dictionary>;
  merges: readonly Merge[];
  /** Tokenised lines before BPE of all splits but `train`: what BLEU is computed against. */
  text: Readonly<Record<string, Record<Role, readonly string[]>>>;
}

/** Encodes lines of pieces with a dictionary. */
export function encodeText(lines: readonly string[], dictionary: Dictionary): EncodedText {
  const offsets = new Uint32Array(lines.length + 1);
  const ids: number[] = [];
  lines.forEach((line, i) => {
    for (const id of dictionary.encode(line)) ids.push(id);
    offsets[i + 1] = ids.length;
  });
  return { ids: Int32Array.from(ids), offsets };
}

/** Tokens of each sentence, `</s>` included. */
export function lengthsOf({ offsets }: EncodedText): Int32Array {
  return Int32Array.from({ length: offsets.length - 1 }, (_, i) => offsets[i + 1] - offsets[i]);
}

/** Tokens and unknown tokens of a split. */
export function countSplit(pairs: EncodedPairs): SplitCounts {
  const unknown = ({ ids }: EncodedText): number =>
    ids.reduce((sum, id) => (id === special.unknown ? sum + 1 : sum), 0);
  return {
    pairs: pairs.source.offsets.length - 1,
    tokens: { source: pairs.source.ids.length, target: pairs.target.ids.length },
    unknown: { source: unknown(pairs.source), target: unknown(pairs.target) },
  };
}

/** Writes a corpus to an empty folder; schemas/artifacts/corpus.schema.json describes the files. */
export function writeCorpus(folder: string, corpus: BinarisedCorpus): void {
  const write = (name: string, content: string | Uint8Array): void => writeFileSync(path.join(folder, name), content);
  for (const [split, pairs] of Object.entries(corpus.splits)) {
    for (const role of roles) {
      const { ids, offsets } = pairs[role];
      write(idsFile(split, role), toBytes(ids));
      write(offsetsFile(split, role), toBytes(offsets));
    }
  }
  for (const role of roles) write(dictionaryFile(role), corpus.dictionaries[role].format());
  write('codes.txt', formatCodes(corpus.merges));
  const lines = (text: readonly string[]): string => text.map((line) => `${line}\n`).join('');
  for (const [split, text] of Object.entries(corpus.text)) {
    for (const role of roles) write(`${split}.${role}.txt`, lines(text[role]));
  }
  write('corpus.json', `${JSON.stringify(corpus.manifest, null, 2)}\n`);
}

export function readManifest(folder: string): CorpusManifest {
  return JSON.parse(readText(folder, 'corpus.json')) as CorpusManifest;
}

export function readDictionary(folder: string, role: Role): Dictionary {
  return Dictionary.parse(readText(folder, dictionaryFile(role)), path.join(folder, dictionaryFile(role)));
}

/** Names of the corpus's test sets, in their order. */
export function testSetsOf(folder: string): string[] {
  return Object.keys(readManifest(folder).splits).filter((split) => split !== 'train' && split !== 'valid');
}

/**
 * The splits that a stage's parameter means: `test` stands for all test sets, unless one has that name.
 * @throws CorpusError for one that the corpus does not have
 */
export function splitsNamed(folder: string, name: string): string[] {
  const { splits } = readManifest(folder);
  if (Object.hasOwn(splits, name)) return [name];
  const tests = testSetsOf(folder);
  if (name === 'test' && tests.length > 0) return tests;
  throw missingSplit(folder, name);
}

function missingSplit(folder: string, name: string): CorpusError {
  const present = Object.keys(readManifest(folder).splits).join(', ');
  return new CorpusError(`The corpus has no ${name} pairs. It has: ${present}.`);
}

/** The lines of one of the corpus's text files, such as `test.target.txt`: tokenised, before BPE. */
export function readSentences(folder: string, name: `${string}.${Role}.txt`): string[] {
  return readText(folder, name).split('\n').slice(0, -1);
}

/**
 * Reads a split, and checks that its files agree with each other and with `corpus.json`; a
 * `CorpusError` names what does not.
 */
export function readSplit(folder: string, split: string): EncodedPairs {
  const manifest = readManifest(folder);
  if (!Object.hasOwn(manifest.splits, split)) throw missingSplit(folder, split);
  const read = (role: Role): EncodedText => {
    const text = {
      ids: new Int32Array(readWords(folder, idsFile(split, role))),
      offsets: new Uint32Array(readWords(folder, offsetsFile(split, role))),
    };
    check(text, manifest.splits[split].pairs, manifest.dictionary[role], path.join(folder, idsFile(split, role)));
    return text;
  };
  return { source: read('source'), target: read('target') };
}

function check({ ids, offsets }: EncodedText, pairs: number, dictionarySize: number, file: string): void {
  const fail = (what: string): never => {
    throw new CorpusError(`${file} is damaged: ${what}. Run the preprocess stage again.`);
  };
  if (offsets.length !== pairs + 1) fail(`its offsets mark ${offsets.length - 1} sentences, corpus.json says ${pairs}`);
  if (offsets[0] !== 0 || offsets[pairs] !== ids.length)
    fail(`its offsets span ${offsets[0]} to ${offsets[pairs]}, but it holds ${ids.length} ids`);
  for (let i = 0; i < pairs; i++) {
    if (offsets[i + 1] <= offsets[i] || offsets[i + 1] > ids.length)
      fail(`sentence ${i + 1} spans ids ${offsets[i]} to ${offsets[i + 1]}`);
    if (ids[offsets[i + 1] - 1] !== special.end) fail(`sentence ${i + 1} does not end in </s>`);
  }
  const stray = ids.findIndex((id) => id < 0 || id >= dictionarySize);
  if (stray >= 0) fail(`id ${ids[stray]} at place ${stray} is not in the dictionary of ${dictionarySize} symbols`);
}

function readText(folder: string, name: string): string {
  return readBytes(folder, name).toString('utf8');
}

/** A copy of the file whose start is aligned as typed arrays of 4-byte words need. */
function readWords(folder: string, name: string): ArrayBuffer {
  const bytes = readBytes(folder, name);
  if (bytes.length % 4 !== 0) {
    throw new CorpusError(
      `${path.join(folder, name)} is damaged: ${bytes.length} bytes are no whole number of 32-bit words. Run `
        + 'the preprocess stage again.',
    );
  }
  const words = new ArrayBuffer(bytes.length);
  new Uint8Array(words).set(bytes);
  return words;
}

function readBytes(folder: string, name: string): Buffer {
  const file = path.join(folder, name);
  if (!existsSync(file))
    throw new CorpusError(`${folder} is not a whole corpus: ${name} is missing. Run the preprocess stage again.`);
  return readFileSync(file);
}

/** The files are little-endian, as are the processors that this program runs on. */
function toBytes(words: Int32Array | Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

function idsFile(split: string, role: Role): string {
  return `${split}.${role}.ids.i32`;
}

function offsetsFile(split: string, role: Role): string {
  return `${split}.${role}.offsets.u32`;
}

function dictionaryFile(role: Role): string {
  return `dict.${role}.txt`;
}
