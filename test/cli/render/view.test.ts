import { expect, test } from '@jest/globals';
import { drawViews } from '../../../src/cli/render/view.ts';
import type { StageView } from '../../../src/runner/view/view.ts';

const plain = (_: string, text: string) => text;
const network = (stages: string[], width: string, sentence = 'As counted.'): StageView => ({
  stages,
  values: {},
  sections: [{ title: 'Networks', rows: [['WIDTH', 'SIZE'], [width, '1'], [sentence]], shared: true }],
});
const space: StageView = {
  stages: ['train'],
  values: {},
  sections: [
    {
      title: 'Space',
      rows: [
        ['GENE', 'CHOICES'],
        ['width', '1, 2'],
      ],
    },
  ],
};

test('sections that stages share are one table, a line of each named by its stages, and no sentence twice', () => {
  expect(
    drawViews([network(['a@w=8', 'b'], '8'), network(['c'], '16', 'As guessed.'), network(['d'], '32')], plain),
  ).toBe(
    'Networks\nSTAGE     WIDTH  SIZE\na@w=8, b  8      1\nc         16     1\nd         32     1\nAs counted.\nAs guessed.\n',
  );
});

test('those of another head are a table of their own; beside them stages are named over their own sections', () => {
  const other = network(['e'], '64');
  other.sections[0].rows[0] = ['WIDTH', 'LENGTH'];
  expect(drawViews([network(['a'], '8'), space, other], plain)).toBe(
    [
      'Networks\nSTAGE  WIDTH  SIZE\na      8      1\nAs counted.',
      'train\n\nSpace\nGENE   CHOICES\nwidth  1, 2',
      'Networks\nSTAGE  WIDTH  LENGTH\ne      64     1\nAs counted.\n',
    ].join('\n\n\n'),
  );
});

test('the sections of the only stage need no name', () => {
  expect(drawViews([space], plain)).toBe('Space\nGENE   CHOICES\nwidth  1, 2\n');
});
