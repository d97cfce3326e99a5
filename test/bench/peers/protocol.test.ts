import { expect, test } from '@jest/globals';
import { batchOf, messageOf } from '../../../bench/peers/protocol.ts';
import { special } from '../../../src/model/architecture.ts';
import { collate } from '../../../src/model/batch.ts';

test('a padded batch comes out of its message as it went in', () => {
  const sentences = [[7, 2], [4, 5, 6, 2], [2]].map((ids) => Int32Array.from(ids));
  const batch = collate(sentences, [...sentences].reverse());
  expect(batchOf(JSON.parse(JSON.stringify(messageOf(batch))), special.padding)).toEqual(batch);
});
