import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { processSpace } from '../../../src/disk/process-space.ts';
import { collect } from '../../../src/runner/collection/collect.ts';
import { planCollection } from '../../../src/runner/collection/collection.ts';
import { runPipeline } from '../../../src/runner/execute/run.ts';
import type { JobExecutor } from '../../../src/runner/execute/job.ts';
import { openStore } from '../../../src/runner/store/store.ts';
import type { Key } from '../../../src/runner/types.ts';
import { histories, liveThrough } from '../support/histories.ts';
import { artifactSchemas, sumStage, ToyProject } from '../support/toy-project.ts';

test('over random histories no kept run loses anything, and what is freed was announced', async () => {
  let freed = 0;
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      freed += await liveThrough(history);
    }),
    { numRuns: 25 },
  );
  expect(freed).toBeGreaterThan(0);
});

describe('a collection', () => {
  let project: ToyProject;

  beforeEach(() => {
    project = new ToyProject();
    project.addType('t', 'export default () => 1;\n');
  });

  afterEach(() => project.remove());

  const write: JobExecutor = (job) => {
    writeFileSync(path.join(job.outputs.number.folder, 'number.json'), JSON.stringify({ value: job.params.value }));
    return Promise.resolve({ status: 'succeeded', peakMemoryBytes: 1 });
  };

  /** @param value a run of its own result each */
  async function run(value: number, name = 'toy', store = project.store()) {
    const file = path.join(project.folder, `${name}.json5`);
    const pipeline = project.pipeline({ a: { type: 't', params: { value } } }, { name, file });
    return runPipeline(pipeline, store, { artifactSchemas, execute: write });
  }

  const kinds = (store = project.store(), limits = {}) =>
    planCollection(store, limits).remove.map(({ item }) => item.kind);

  test('without limits lets go of no run; with one of age, of all but what shows the results', async () => {
    const records = [await run(1), await run(2), await run(3), await run(4, 'other')];
    expect(kinds()).toEqual([]);
    const store = project.store();
    const collection = planCollection(store, { olderThanDays: 0 }, Date.now() + 1);
    collect(store, collection);
    expect(
      project
        .store()
        .runs()
        .map(({ id }) => id)
        .sort(),
    ).toEqual([records[2].id, records[3].id].sort());
    expect(project.store().hasArtifact(records[0].stages[0].outputs.number.digest)).toBe(false);
    expect(project.store().hasArtifact(records[2].stages[0].outputs.number.digest)).toBe(true);
    expect(collection.holders.map(({ name, because }) => [name, because])).toContainEqual([
      records[2].id,
      'shows the results of toy',
    ]);
  });

  test('with a limit of size lets go of the oldest runs first, and says how far it stays above', async () => {
    const records = [await run(1), await run(2), await run(3)];
    const all = planCollection(project.store(), {}).keep.reduce((sum, { item }) => sum + item.bytes, 0);
    const store = project.store();
    const one = planCollection(store, { maxBytes: all - 1 });
    expect(one.remove.filter(({ item }) => item.kind === 'run').map(({ item }) => item.name)).toEqual([records[0].id]);
    expect(one.over).toBe(0);
    const none = planCollection(store, { maxBytes: 0 });
    expect(none.remove.filter(({ item }) => item.kind === 'run')).toHaveLength(2);
    expect(none.over).toBe(none.keep.reduce((sum, { item }) => sum + item.bytes, 0));
  });

  test('keeps progress that no record names, until it is too old; and what a run executes in any case', async () => {
    await run(1);
    const store = project.store();
    const key = 'ab'.repeat(32);
    const progress = path.join(store.layout.store, 'progress', key);
    mkdirSync(progress, { recursive: true });
    writeFileSync(path.join(progress, 'weights'), 'w');
    expect(kinds()).toEqual([]);
    expect(
      planCollection(store, { olderThanDays: 0 }, Date.now() + 10_000).remove.map(({ item }) => item.kind),
    ).toEqual(['progress']);
    mkdirSync(store.layout.keyLock(key as Key), { recursive: true });
    expect(planCollection(store, { olderThanDays: 0 }, Date.now() + 10_000).remove).toEqual([]);
  });

  test('while a run goes on removes only what was set aside as damaged and what killed runs left', async () => {
    await run(1);
    const last = await run(2);
    const store = project.store();
    const id = await store.claimRunId(last.pipeline);
    store.writeRun({ ...last, id, status: 'interrupted' });
    writeFileSync(path.join(store.layout.keys, 'damaged-x.json'), '?');
    mkdirSync(path.join(store.layout.store, 'keys', 'zz'));
    writeFileSync(path.join(store.layout.store, 'keys', 'zz', 'damaged-y.json'), '?');
    writeFileSync(path.join(store.layout.keys, `x.json.${2 ** 22 + 1}-${processSpace()}-0123456789ab.tmp`), 'half');
    const { remove, holders } = planCollection(project.store(), { olderThanDays: 0, maxBytes: 0 }, Date.now() + 1);
    expect(remove.map(({ item }) => item.kind).sort()).toEqual(['litter', 'set aside']);
    expect(holders.map(({ because }) => because)).toContain('goes on, and may take from the store whatever is there');
  });

  test('removes results that a forced execution replaced, and bundles of code that no kept run was made by', async () => {
    let made = 0;
    const counting: JobExecutor = (job) => {
      writeFileSync(path.join(job.outputs.number.folder, 'number.json'), JSON.stringify({ value: ++made }));
      return Promise.resolve({ status: 'succeeded', peakMemoryBytes: 1 });
    };
    const again = (options: { force?: string[] } = {}) =>
      project.run(project.pipeline({ a: { type: 't' } }), { execute: counting, ...options });
    const runs = [await again(), await again({ force: ['a'] })];
    project.addType('t', 'export default () => 2;\n');
    runs.push(await again());
    const stages = runs.map(({ record }) => record.stages[0]);
    const { remove } = planCollection(project.store(), { olderThanDays: 0 }, Date.now() + 1);
    const removed = (kind: string) =>
      remove
        .filter(({ item }) => item.kind === kind)
        .map(({ item }) => item.name)
        .sort();
    expect(removed('artifact')).toEqual([stages[0], stages[1]].map(({ outputs }) => outputs.number.digest).sort());
    expect(removed('code')).toEqual([stages[0].fields!.code]);
  });

  test('that takes a result which a run was about to read fails that stage, and the next run makes it anew', async () => {
    project.addType('sum', sumStage);
    const pipeline = (value: number) =>
      project.pipeline({
        a: { type: 'sum', params: { value: 1 } },
        b: { type: 'sum', params: { value }, inputs: { a: 'a' } },
      });
    const { record } = await project.run(pipeline(1));
    const options = { artifactSchemas, execute: write };
    const failed = await runPipeline(pipeline(2), project.store(), options, ({ type }) => {
      if (type === 'run-started') project.store().removeArtifact(record.stages[0].outputs.number.digest);
    });
    expect(failed.stages.map(({ outcome }) => outcome)).toEqual(['fresh', 'failed']);
    expect(failed.stages[1].error).toMatch(/run again, and a makes it anew/);
    expect((await project.run(pipeline(2))).ran).toEqual(['a', 'b']);
  });

  test('removes nothing that a project which shares the store needs, and nothing at all where a record is damaged or that project cannot be seen', async () => {
    const record = await run(1);
    const store = project.store();
    const file = store.layout.record(record.id);
    writeFileSync(file, '{}');
    expect(() => planCollection(project.store(), {})).toThrow(`${file} is damaged, so what it needs is unknown`);
    rmSync(file);
    expect(() => planCollection(project.store(), {})).not.toThrow();

    const guest = new ToyProject();
    try {
      guest.addType('t', 'export default () => 1;\n');
      const shared = openStore({ project: guest.folder, store: store.layout.store });
      const pipeline = guest.pipeline({ a: { type: 't', params: { value: 5 } } });
      const { stages } = await runPipeline(pipeline, shared, { artifactSchemas, execute: write });
      collect(project.store(), planCollection(project.store(), { maxBytes: 0 }));
      expect(project.store().hasArtifact(stages[0].outputs.number.digest)).toBe(true);
    } finally {
      guest.remove();
    }
    expect(() => planCollection(project.store(), {})).toThrow('and its runs/ is not to be seen here');
  });

  test('removes what runs left that were killed, of no other, and as many bytes as it says', async () => {
    const { id } = await run(1);
    const { layout } = project.store();
    const key = 'ab'.repeat(32);
    const progress = layout.progress(key as Key);
    // No process has this id: Linux counts to 2^22 at most.
    const [dead, living] = [2 ** 22 + 1, process.pid].map((pid) => `${pid}-${processSpace()}-0123456789ab`);
    const [left, kept] = [dead, living].map((owner) => [
      path.join(layout.temporary, `alone.${owner}`, 'half'),
      path.join(layout.keys, 'ab', `${key}.json.${owner}.tmp`),
      path.join(progress, `weights.${owner}.tmp`),
      path.join(path.dirname(layout.log(id, 'a')), `a.job.json.${owner}.tmp`),
      path.join(layout.store, 'locks', `${key}.taking-${owner}`, 'holder.json'),
    ]);
    left.push(path.join(layout.temporary, `${key}.${living}`, 'of a key that nobody executes'));
    const saved = path.join(progress, 'weights');
    for (const file of [...left, ...kept, saved]) {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, 'half');
    }
    const store = project.store();
    const { remove } = planCollection(store, {});
    expect(remove.map(({ item }) => item.kind)).toEqual(left.map(() => 'litter'));
    expect(remove.reduce((sum, { item }) => sum + item.bytes, 0)).toBe(left.length * 'half'.length);
    collect(store, planCollection(store, {}));
    expect(left.filter((file) => existsSync(file))).toEqual([]);
    expect([...kept, saved].filter((file) => !existsSync(file))).toEqual([]);
    expect(planCollection(store, {}).remove).toEqual([]);
  });
});
