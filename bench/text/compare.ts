import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileAt, readLines } from '../../src/text/corpora/files.ts';
import { median } from '../support/statistics.ts';
import { reportAgreement } from './agreement.ts';
import type { Outcome } from './agreement.ts';
import { peerPrograms, timeOurs, timeProgram, withFolder } from './processes.ts';
import type { Streams } from './processes.ts';
import { locateTraining, recipeOptions, writeRawCorpus } from './raw-corpus.ts';
import { writeLines } from './steps.ts';
import type { WholeResult } from './whole.ts';

const rounds = 3;

/** Lines that BLEU is computed on, at most. */
const bleuLines = 50_000;

/** Seconds of each round, by program and step. */
type Times = Record<string, number[]>;

/**
 * Prints the seconds of each step on a corpus's training text, ours and the peers', and whether results agree. All
 * are measured alike: processes that go from files to files, their start included, in turn, three times each;
 * medians. Our steps take one thread.
 *
 * @param threads for our whole recipe
 * @returns whether all results agree that must
 */
export function compareWithPeers(source: string, threads: number): boolean {
  return withFolder((folder) => {
    const file = (name: string): string => path.join(folder, name);
    mkdirSync(file('raw'));
    writeRawCorpus(source, file('raw'));
    const training = locateTraining(source);
    for (const language of ['de', 'en'] as const)
      writeLines(file(`raw.${language}`), readLines(fileAt(training[language])));

    const programs = peerPrograms();
    const times: Times = {};
    const peaks: number[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const [name, seconds] of Object.entries(runRound(programs, file))) (times[name] ??= []).push(seconds);
      (times.whole ??= []).push(
        timeOurs('whole', [file('raw'), file('corpus'), String(threads)], { output: file('whole') }),
      );
      peaks.push((JSON.parse(readFileSync(file('whole'), 'utf8')) as WholeResult).peakBytes);
    }
    report(times, peaks, threads);
    return reportAgreement(outcomes(file), console.log);
  });
}

/**
 * Each step by each program, once, and the seconds that it took. What is left of the peers'
 * results is that of one worker.
 */
function runRound(programs: string, file: (name: string) => string): Record<string, number> {
  const seconds: Record<string, number> = {};
  const note = (name: string, more: number): void => void (seconds[name] = (seconds[name] ?? 0) + more);
  const ours = (step: string, ...args: string[]): void => note(step, timeOurs('step', [step, ...args]));
  const peer = (name: string, words: string, files: string[] = [], streams: Streams = {}): void => {
    const [program, ...args] = words.split(' ');
    note(name, timeProgram(path.join(programs, program), [...args, ...files], streams));
  };
  for (const language of ['de', 'en']) {
    const input = file(`raw.${language}`);
    ours('tokenise', language, input, file(`tokens.${language}`));
    for (const workers of [2, 1]) {
      peer(`sacremoses, ${workers}`, `sacremoses -l ${language} -j ${workers} tokenize`, [], {
        input,
        output: file(`their-tokens.${language}`),
      });
    }
  }
  ours('clean', file('tokens.de'), file('tokens.en'), file('both'));
  ours('learn', file('both'), file('codes'));
  for (const workers of [2, 1]) {
    peer(`learn, ${workers}`, `subword-nmt learn-bpe --num-workers ${workers} -s ${recipeOptions.merges}`, [
      '-i',
      file('both'),
      '-o',
      file('their-codes'),
    ]);
  }
  ours('apply', file('codes'), file('both'), file('pieces'));
  for (const workers of [2, 1]) {
    peer(`apply, ${workers}`, `subword-nmt apply-bpe --num-workers ${workers}`, [
      '-c',
      file('codes'),
      '-i',
      file('both'),
      '-o',
      file('their-pieces'),
    ]);
  }
  writeTranslations(file);
  ours('bleu', file('references'), file('hypotheses'), file('score'));
  peer('sacrebleu', 'sacrebleu -lc -b -w 2', [file('references'), '-i', file('hypotheses')], {
    output: file('their-score'),
  });
  return seconds;
}

/** References with every seventh word left out, and every fifth sentence in capitals. */
function writeTranslations(file: (name: string) => string): void {
  const references = readLines(fileAt(file('both'))).slice(-bleuLines);
  const hypotheses = references.map((line, i) => {
    const words = line
      .split(' ')
      .filter((_, word) => (word + i) % 7 !== 6)
      .join(' ');
    return i % 5 === 0 ? words.toUpperCase() : words;
  });
  writeLines(file('references'), references);
  writeLines(file('hypotheses'), hypotheses);
}

function outcomes(file: (name: string) => string): Outcome[] {
  return [
    ...['de', 'en'].map((language) => ({
      what: `tokens, ${language}`,
      ours: file(`tokens.${language}`),
      theirs: file(`their-tokens.${language}`),
      mayDiffer: 'sacremoses is no faithful copy of Moses in all cases',
    })),
    { what: 'codes', ours: file('codes'), theirs: file('their-codes') },
    { what: 'pieces', ours: file('pieces'), theirs: file('their-pieces') },
    { what: 'BLEU', ours: file('score'), theirs: file('their-score') },
  ];
}

function report(times: Times, peaks: readonly number[], threads: number): void {
  const of = (name: string): number => median(times[name]);
  const row = (step: string, ours: number, peer = '', theirs?: number): void =>
    console.log(
      [
        step.padEnd(26),
        `${ours.toFixed(2)} s`.padStart(9),
        peer.padEnd(46),
        theirs === undefined ? '' : `${theirs.toFixed(2)} s`.padStart(9),
        theirs === undefined ? '' : `${(theirs / ours).toFixed(1)}×`.padStart(8),
      ]
        .join('  ')
        .trimEnd(),
    );
  const steps = ['sacremoses', 'learn', 'apply'];
  const sum = (seconds: (step: string) => number): number => steps.reduce((total, step) => total + seconds(step), 0);
  console.log(`Medians of ${rounds} runs, ours and theirs: processes between files, their start included`);
  for (const workers of [1, 2])
    row('tokenise', of('tokenise'), `sacremoses -j ${workers}`, of(`sacremoses, ${workers}`));
  row('clean, lowercase', of('clean'));
  for (const workers of [1, 2])
    row('learn', of('learn'), `subword-nmt --num-workers ${workers}`, of(`learn, ${workers}`));
  for (const workers of [1, 2])
    row('apply', of('apply'), `subword-nmt --num-workers ${workers}`, of(`apply, ${workers}`));
  const whole = `whole, ${threads} thread(s)`;
  row(
    whole,
    of('whole'),
    'tokenise, learn, apply, 1 worker',
    sum((step) => of(`${step}, 1`)),
  );
  row(
    whole,
    of('whole'),
    'tokenise, learn, apply, faster of 1 and 2',
    sum((step) => Math.min(of(`${step}, 1`), of(`${step}, 2`))),
  );
  row('BLEU', of('bleu'), 'sacrebleu', of('sacrebleu'));
  console.log(`whole: ${(median(peaks) / 2 ** 20).toFixed(0)} MiB at most, threads included`);
}
