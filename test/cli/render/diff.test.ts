import { describe, expect, test } from '@jest/globals';
import { drawDiff, drawDiffMarkdown } from '../../../src/cli/render/diff.ts';
import type { RunDiff } from '../../../src/runner/diff/types.ts';

const name = (id: string) => ({ id, pipeline: 'iwslt', started: '2030-01-01T00:00:00Z' });
const lr = { field: 'params.lr', before: 0.1, after: 0.3 };
const diff: RunDiff = {
  before: name('iwslt-1'),
  after: name('iwslt-2'),
  pipeline: [{ field: 'seed', before: 1, after: 2 }],
  stages: [
    { id: 'train.1', change: 'changed', causes: [lr], inheritedInputs: [], outputs: [] },
    {
      id: 'train.2',
      change: 'changed',
      causes: [lr],
      inheritedInputs: [],
      outputs: [{ output: 'model', change: 'unavailable', artifact: 'checkpoint', missing: 'before' }],
    },
    { id: 'extra', change: 'added', type: 'report' },
    {
      id: 'search',
      change: 'changed',
      causes: [],
      inheritedInputs: [{ slot: 'checkpoint', from: 'train.2' }],
      outputs: [
        {
          output: 'best',
          change: 'changed',
          artifact: 'subnet',
          document: [
            { path: 'genes.encoder.3.operator', kind: 'changed', before: 'attention', after: 'lightweight|light' },
            { path: 'loss', kind: 'changed', before: 4.5, after: 4.25, change: -0.25 },
            { path: 'curve', kind: 'items', differing: 37, lengthBefore: 5000, lengthAfter: 5000 },
            { path: 'note', kind: 'added', after: 'x' },
            { path: 'share', kind: 'removed', before: 2 / 3 },
            { path: 'mean', kind: 'changed', before: 1 / 3, after: 4 / 3, change: 1 },
          ],
          files: [
            { path: 'weights.bin', kind: 'changed', bytesBefore: 1_200_000, bytesAfter: 1_200_000 },
            { path: 'log.txt', kind: 'removed', bytesBefore: 10 },
          ],
        },
      ],
    },
  ],
};
const plain = (_: string, text: string) => text;

describe('a comparison of runs', () => {
  test('tells the causes first, once for stages that share them, then the effects', () => {
    expect(drawDiff(diff, plain).split('\n')).toEqual([
      'iwslt-1 → iwslt-2',
      '',
      'Causes',
      '  pipeline',
      '    seed: 1 → 2 (+1)',
      '  train.1, train.2',
      '    params.lr: 0.1 → 0.3 (+0.2)',
      '  extra',
      '    stage: added (report)',
      '',
      'Effects',
      '  train.2.model',
      '    checkpoint: differs; the earlier content is no longer in the store',
      '  search',
      '    inputs.checkpoint: differs, made by train.2',
      '  search.best',
      '    genes.encoder.3.operator: attention → lightweight|light',
      '    loss: 4.5 → 4.25 (−0.25)',
      '    curve: 37 of 5,000 items differ',
      '    note: added: x',
      '    share: removed: 0.666667',
      '    mean: 0.333333 → 1.33333 (+1)',
      '    weights.bin: differs (1.2 MB)',
      '    log.txt: removed (10 B)',
      '',
    ]);
  });

  test('in Markdown says the same in tables whose cells cannot break out', () => {
    const lines = drawDiffMarkdown(diff).split('\n');
    expect(lines).toContain('### Causes');
    expect(lines).toContain('| genes.encoder.3.operator | attention → lightweight\\|light |');
    const rows = lines.filter((line) => line.startsWith('| '));
    for (const row of rows) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(4);
    expect(rows).toHaveLength(
      drawDiff(diff, plain)
        .split('\n')
        .filter((line) => line.startsWith('    ')).length
        + 2 * 6,
    );
  });

  test('of equal runs says just that', () => {
    const same = { ...diff, pipeline: [], stages: [] };
    expect(drawDiff(same, plain)).toBe('iwslt-1 → iwslt-2\nThe runs are the same.\n');
    expect(drawDiffMarkdown(same)).toContain('The runs are the same.');
  });
});
