import { expect, test } from '@jest/globals';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readSampleSpace, writeSampleSpace } from '../../src/artifacts/sample-space.ts';
import { sampleGenes } from '../../src/nas/space.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { smallSpace } from '../support/supernet.ts';

test('a sample space comes back from its artifact, as a list or as the whole', () => {
  const random = new RandomStream(14);
  const candidates = Array.from({ length: 5 }, () => sampleGenes(smallSpace, random));
  for (const samples of [{ space: smallSpace, candidates }, { space: smallSpace }]) {
    const folder = mkdtempSync(path.join(tmpdir(), 'shrinknas-artifact-'));
    writeSampleSpace(folder, 'some subnets', samples);
    expect(readSampleSpace(folder)).toEqual(samples);
  }
});
