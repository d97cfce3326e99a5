import { expect, test } from '@jest/globals';
import path from 'node:path';
import { reportAgreement } from '../../../bench/text/agreement.ts';
import { folderWith } from '../../text/folder.ts';

function outcome(ours: string, theirs: string, mayDiffer?: string): [agrees: boolean, lines: string[]] {
  const folder = folderWith({ ours, theirs });
  const lines: string[] = [];
  const outcomes = [
    { what: 'pieces', ours: path.join(folder, 'ours'), theirs: path.join(folder, 'theirs'), mayDiffer },
  ];
  return [reportAgreement(outcomes, (line) => lines.push(line)), lines];
}

test('equal results agree', () => {
  expect(outcome('a\nb\n', 'a\nb\n')).toEqual([true, ['pieces: the same']]);
});

test('lines that differ or are missing are counted, and must not be', () => {
  expect(outcome('a\nb\nc\n', 'a\nB\n')).toEqual([false, ['pieces: 2 of 3 lines differ, which must not be']]);
});

test('a missing line feed at the end is a difference, too', () => {
  expect(outcome('a\n', 'a')[0]).toBe(false);
});

test('results that may differ are counted for what they are', () => {
  expect(outcome('a\nb\n', 'a\nB\n', 'other classes')).toEqual([true, ['pieces: 1 of 2 lines differ (other classes)']]);
});
