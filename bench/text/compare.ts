import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bleuOf } from '../../src/text/bleu/score.ts';
import { sacrebleuCounts, sacrebleuSmoothing } from '../../src/text/bleu/sacrebleu.ts';
import { BpeEncoder } from '../../src/text/bpe/apply.ts';
import { formatCodes } from '../../src/text/bpe/codes.ts';
import { learnBpe } from '../../src/text/bpe/learn.ts';
import { cleanCorpus } from '../../src/text/cleaning.ts';
import { readLines } from '../../src/text/corpora/files.ts';
import { lowercase } from '../../src/text/lowercase.ts';
import { MemoTokenizer } from '../../src/text/memo-tokenizer.ts';
import { roles } from '../../src/text/parallel-text.ts';
import type { ParallelText } from '../../src/text/parallel-text.ts';
import { median } from './median.ts';
import { peerPrograms, runWhole, timeCommand, withFolder } from './processes.ts';
import { recipeOptions, writeRawCorpus } from './raw-corpus.ts';

/** Lines that BLEU is computed on. */
const bleuLines = 50_000;

type Times = Record<string, number[]>;

/**
 * Prints seconds for each step on the training text. Ours run between the peers, three times each, on one thread and in this
 * process, files read before; peers read and write files, once each, in the processes that their packages bring. The whole of ours
 * is a process that goes from raw files to a written corpus.
 */
export function compareWithPeers(source: string, threads: number): void {
  const programs = peerPrograms();
  withFolder((folder) => {
    writeRawCorpus(source, folder);
    const raw = readTraining(source);
    const times: Times = {};
    const note = (name: string, seconds: number): void => void (times[name] ??= []).push(seconds);
    const peaks: number[] = [];
    const ours = (): ReturnType<typeof runSteps> => {
      const whole = runWhole(folder, path.join(folder, 'corpus'), threads);
      note('whole', whole.seconds);
      peaks.push(whole.peakBytes);
      return runSteps(raw, note);
    };

    const { text, codes } = ours();
    const file = (name: string): string => path.join(folder, name);
    const write = (name: string, lines: readonly string[]): void => writeFileSync(file(name), lines.map((line) => `${line}\n`).join(''));
    write('raw.de', raw.source);
    write('raw.en', raw.target);
    write('both', [...text.source, ...text.target]);
    writeFileSync(file('codes'), codes);
    const peer = (name: string, command: string): void => note(name, timeCommand(path.join(programs, command)));

    for (const language of ['de', 'en']) {
      peer('sacremoses', `sacremoses -l ${language} -j 1 tokenize < ${file(`raw.${language}`)} > ${file('tokens')}`);
    }
    ours();
    peer('learn, subword-nmt', `subword-nmt learn-bpe -s ${recipeOptions.merges} < ${file('both')} > ${file('their-codes')}`);
    const sameCodes = codes === readLines(file('their-codes')).map((line) => `${line}\n`).join('');
    peer('learn, subword-nmt, 2 workers', `subword-nmt learn-bpe --num-workers 2 -s ${recipeOptions.merges} -i ${file('both')} -o ${file('their-codes')}`);
    ours();
    peer('apply, subword-nmt', `subword-nmt apply-bpe -c ${file('codes')} < ${file('both')} > ${file('pieces')}`);
    peer('apply, subword-nmt, 2 workers', `subword-nmt apply-bpe --num-workers 2 -c ${file('codes')} -i ${file('both')} -o ${file('pieces')}`);
    const bleu = compareBleu(programs, file, text.target.slice(0, bleuLines), note);

    report(times, peaks, threads);
    console.log(`codes ${sameCodes ? 'the same' : 'DIFFERENT'}; BLEU ${bleu.ours.toFixed(2)} and ${bleu.theirs}`);
  });
}

function readTraining(folder: string): ParallelText {
  const [source, target] = ['train.de', 'train.en'].map((name) => {
    const file = path.join(folder, name);
    return readLines(existsSync(file) ? file : `${file}.gz`);
  });
  return { source, target };
}

/** Our steps one after the other. */
function runSteps(raw: ParallelText, note: (name: string, seconds: number) => void): { text: ParallelText; codes: string } {
  const step = <Result>(name: string, run: () => Result): Result => {
    const started = performance.now();
    const result = run();
    note(name, (performance.now() - started) / 1000);
    return result;
  };
  const tokens = step('tokenise', () => {
    const [source, target] = (['de', 'en'] as const).map((language, i) => {
      const tokenizer = new MemoTokenizer(language, (text) => text);
      return raw[roles[i]].map((line) => tokenizer.tokenize(line).join(' '));
    });
    return { source, target };
  });
  const clean = step('clean', () => cleanCorpus(tokens, recipeOptions));
  const text = step('lowercase', () => ({ source: clean.source.map(lowercase), target: clean.target.map(lowercase) }));
  const merges = step('learn', () => learnBpe([text.source, text.target], recipeOptions.merges));
  step('apply', () => {
    const encoder = new BpeEncoder(merges);
    return roles.map((role) => text[role].map((line) => encoder.encodeLine(line)));
  });
  return { text, codes: formatCodes(merges) };
}

/** Scores references with every seventh word left out, and every fifth sentence in capitals. */
function compareBleu(
  programs: string, file: (name: string) => string, references: readonly string[], note: (name: string, seconds: number) => void,
): { ours: number; theirs: string } {
  const hypotheses = references.map((line, i) => {
    const words = line.split(' ').filter((_, word) => (word + i) % 7 !== 6).join(' ');
    return i % 5 === 0 ? words.toUpperCase() : words;
  });
  writeFileSync(file('references'), references.map((line) => `${line}\n`).join(''));
  writeFileSync(file('hypotheses'), hypotheses.map((line) => `${line}\n`).join(''));
  let score = NaN;
  for (let round = 0; round < 3; round++) {
    const started = performance.now();
    score = bleuOf(sacrebleuCounts(hypotheses, references), sacrebleuSmoothing).score;
    note('BLEU', (performance.now() - started) / 1000);
  }
  note('BLEU, sacrebleu', timeCommand(`${path.join(programs, 'sacrebleu')} ${file('references')} -i ${file('hypotheses')} -lc -b -w 2 > ${file('score')}`));
  return { ours: score, theirs: readLines(file('score')).join(' ') };
}

function report(times: Times, peaks: readonly number[], threads: number): void {
  const of = (name: string): number => median(times[name]);
  const tokenised = times.sacremoses[0] + times.sacremoses[1];
  const row = (step: string, ours: number, peer = '', theirs?: number): void => console.log([
    step.padEnd(26), `${ours.toFixed(2)} s`.padStart(9), peer.padEnd(34), theirs === undefined ? '' : `${theirs.toFixed(2)} s`.padStart(9),
    theirs === undefined ? '' : `${(theirs / ours).toFixed(1)}×`.padStart(8),
  ].join('  ').trimEnd());
  row('tokenise', of('tokenise'), 'sacremoses, both languages', tokenised);
  row('clean', of('clean'));
  row('lowercase', of('lowercase'));
  row('learn', of('learn'), 'subword-nmt', of('learn, subword-nmt'));
  row('learn', of('learn'), 'subword-nmt, 2 workers', of('learn, subword-nmt, 2 workers'));
  row('apply', of('apply'), 'subword-nmt', of('apply, subword-nmt'));
  row('apply', of('apply'), 'subword-nmt, 2 workers', of('apply, subword-nmt, 2 workers'));
  const alone = tokenised + of('learn, subword-nmt') + of('apply, subword-nmt');
  const workers = tokenised + of('learn, subword-nmt, 2 workers') + of('apply, subword-nmt, 2 workers');
  row(`whole, ${threads} thread(s)`, of('whole'), 'tokenise, learn, apply', alone);
  row(`whole, ${threads} thread(s)`, of('whole'), 'tokenise, learn, apply, 2 workers', workers);
  row('BLEU', of('BLEU'), 'sacrebleu', of('BLEU, sacrebleu'));
  console.log(`whole: ${(median(peaks) / 2 ** 20).toFixed(0)} MiB at most, threads included`);
}
