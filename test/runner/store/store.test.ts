import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { digestJson } from '../../../src/disk/digest.ts';
import { removeTree, safeName } from '../../../src/disk/files.ts';
import { StatCache } from '../../../src/runner/store/stat-cache.ts';
import type { Store } from '../../../src/runner/store/store.ts';
import { openStore } from '../../../src/runner/store/store.ts';
import type { KeyFields } from '../../../src/runner/key/key.ts';
import type { Provenance, RunRecord, RunStage } from '../../../src/runner/records.ts';
import type { Digest, Key } from '../../../src/runner/types.ts';
import { ToyProject } from '../support/toy-project.ts';

let project: ToyProject;
let store: Store;

beforeEach(() => {
  project = new ToyProject();
  store = project.store();
});

afterEach(() => project.remove());

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const fields = { format: 1, type: 't', code: 'c', packages: {}, params: {}, inputs: {} } as unknown as KeyFields;

function publish(files: Record<string, string>, key = 'a'.repeat(64), into = store) {
  const draft = into.draft(key as Key, ['out']);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(draft.outputs.out, name)), { recursive: true });
    writeFileSync(path.join(draft.outputs.out, name), text);
  }
  return into.publish(draft, {
    key: key as Key,
    fields,
    artifacts: { out: 'text' },
    provenance: { run: 'r', stage: 's' } as Provenance,
  });
}

describe('publishing', () => {
  test('names an artifact by the paths, sizes and contents of its files', async () => {
    const { outputs } = await publish({ 'b.txt': 'two', 'a/x.txt': 'one' });
    const manifest = JSON.stringify([
      ['a/x.txt', 3, sha256('one')],
      ['b.txt', 3, sha256('two')],
    ]);
    expect(outputs.out).toEqual({ artifact: 'text', digest: sha256(manifest), bytes: 6 });
    const folder = store.artifactFolder(outputs.out.digest);
    expect(folder).toBe(
      path.join(project.folder, 'runs/store/objects', sha256(manifest).slice(0, 2), sha256(manifest)),
    );
    expect(readFileSync(path.join(folder, 'a/x.txt'), 'utf8')).toBe('one');
    expect(
      [folder, path.join(folder, 'a'), path.join(folder, 'b.txt')].map((file) => statSync(file).mode & 0o777),
    ).toEqual([0o555, 0o555, 0o444]);
  });

  test('keeps one copy of equal outputs, also when several processes publish them at once', async () => {
    const stores = [store, project.store(), project.store()];
    const records = await Promise.all(
      stores.map((each, index) => publish({ 'a.txt': 'same' }, `${index}`.repeat(64), each)),
    );
    expect(new Set(records.map(({ outputs }) => outputs.out.digest)).size).toBe(1);
    expect(project.store().hasArtifact(records[0].outputs.out.digest)).toBe(true);
    expect(readdirSync(store.layout.temporary)).toEqual([]);
    expect([...store.keyRecords()].map(({ key }) => key[0]).sort()).toEqual(['0', '1', '2']);
  });

  test('replaces a damaged copy', async () => {
    const {
      outputs: {
        out: { digest },
      },
    } = await publish({ 'a.txt': 'good' });
    const file = path.join(store.artifactFolder(digest), 'a.txt');
    chmodSync(file, 0o644);
    writeFileSync(file, 'evil');
    expect(store.hasArtifact(digest)).toBe(false);
    await publish({ 'a.txt': 'good' });
    expect(readFileSync(file, 'utf8')).toBe('good');
    expect(store.hasArtifact(digest)).toBe(true);
  });

  test('refuses links, and then makes no key known', async () => {
    const draft = store.draft('k' as Key, ['out']);
    symlinkSync('/etc', path.join(draft.outputs.out, 'etc'));
    await expect(
      store.publish(draft, { key: 'k' as Key, fields, artifacts: { out: 'text' }, provenance: {} as Provenance }),
    ).rejects.toThrow("output 'out': 'etc' is a symbolic link");
    expect([...store.keyRecords()]).toEqual([]);
  });

  test('works with a store elsewhere, to which the links of the latest outputs lead', async () => {
    const elsewhere = openStore({ project: project.folder, store: path.join(project.folder, 'other/disk') });
    const { outputs } = await publish({ 'a.txt': 'x' }, undefined, elsewhere);
    elsewhere.linkLatest('p', 's@model=a/b', outputs);
    const link = path.join(project.folder, 'runs/latest/p/s@model=a%2Fb/out');
    expect(path.isAbsolute(readlinkSync(link))).toBe(false);
    expect(readFileSync(path.join(link, 'a.txt'), 'utf8')).toBe('x');
    expect(existsSync(path.join(project.folder, 'runs/store'))).toBe(false);
  });
});

describe('integrity', () => {
  test.each<[string, (folder: string) => void]>([
    ['a missing file', (folder) => removeTree(path.join(folder, 'a.txt'))],
    ['an additional file', (folder) => writeFileSync(path.join(folder, 'more.txt'), '')],
    [
      'a flipped byte with the old time',
      (folder) => {
        const file = path.join(folder, 'a.txt');
        const { atime, mtime } = statSync(file);
        chmodSync(file, 0o644);
        writeFileSync(file, 'texT');
        utimesSync(file, atime, mtime);
      },
    ],
  ])('notices %s', async (_name, damage) => {
    const {
      outputs: {
        out: { digest },
      },
    } = await publish({ 'a.txt': 'text' });
    const folder = store.artifactFolder(digest);
    expect(store.hasArtifact(digest)).toBe(true);
    chmodSync(folder, 0o755);
    damage(folder);
    expect(store.hasArtifact(digest)).toBe(false);
  });

  test('reads an unchanged artifact once, whichever process asks', async () => {
    const {
      outputs: {
        out: { digest },
      },
    } = await publish({ 'a.txt': 'text' });
    store.saveStatCache();
    const other = project.store();
    // What the other process knows of it without reading is what the first one has found.
    expect(other.statCache.recall(other.artifactFolder(digest))?.[1]).toBe(digest);
    expect(other.hasArtifact(digest)).toBe(true);
    expect(other.hasArtifact('f'.repeat(64) as Digest)).toBe(false);
  });
});

describe('the stat cache', () => {
  test('reads a file again when its times change, and trusts only what was not just written', () => {
    const file = project.write('x', 'one');
    const cache = new StatCache(project.folder);
    expect(cache.digest(file)).toBe(sha256('one'));
    expect(cache.recall(file)).toBeUndefined();
    // A change time cannot be set back: a file that has been there long enough is needed.
    const old = path.join('/proc/self/exe');
    const digest = cache.digest(old);
    expect(digest).toBe(createHash('sha256').update(readFileSync(process.execPath)).digest('hex'));
    cache.save();
    expect(new StatCache(project.folder).recall(old)?.[1]).toBe(digest);
    writeFileSync(file, 'two');
    expect(cache.digest(file)).toBe(sha256('two'));
  });

  test('starts anew when its file is damaged', () => {
    project.write('stat.json', '{"format":1,"entr');
    expect(new StatCache(project.folder).recall('x')).toBeUndefined();
  });
});

describe('run records', () => {
  const record = (id: string, pipeline: string, file: string): RunRecord => ({
    id,
    pipeline,
    file,
    seed: 1,
    params: {},
    overrides: [],
    started: '',
    finished: '',
    status: 'succeeded',
    git: null,
    versions: { shrinknas: '0', node: '20' },
    host: { name: '', platform: '', cpu: '', cores: 1 },
    stages: [],
  });
  const ids = [
    'p-20240101-000000-0001',
    'q-x-20240102-000000-0000',
    'p-20240102-000000-0001',
    'p-20240102-000000-ff00',
  ];

  beforeEach(() => {
    for (const id of ids) store.writeRun(record(id, id.startsWith('p') ? 'p' : 'q-x', 'p.json5'));
    // A run that was killed before it could write anything.
    mkdirSync(path.join(project.folder, 'runs/records/p-20990101-000000-0000/stages'), { recursive: true });
  });

  test('are listed newest first', () => {
    expect(store.runs().map(({ id }) => id)).toEqual([ids[3], ids[2], ids[1], ids[0]]);
    expect(store.lastRun({ name: 'p', file: path.join(project.folder, 'p.json5') })?.id).toBe(ids[3]);
    expect(store.lastRun({ name: 'q-x', file: path.join(project.folder, 'p.json5') })?.id).toBe(ids[1]);
    expect(store.lastRun({ name: 'p', file: path.join(project.folder, 'other.json5') })).toBeUndefined();
  });

  test('are found by id, by the beginning of one, and by age', () => {
    expect(['latest', 'latest~0', 'latest~3', ids[1], 'q'].map((reference) => store.run(reference).id)).toEqual([
      ids[3],
      ids[3],
      ids[0],
      ids[1],
      ids[1],
    ]);
    expect(() => store.run('nothing')).toThrow("there is no run 'nothing'");
    expect(() => store.run('p-2024')).toThrow("'p-2024' is the beginning of 3 runs");
    expect(() => store.run('latest~9')).toThrow('only 4 runs are recorded');
  });

  test('have ids that sort by time', async () => {
    const made: string[] = [];
    for (let count = 0; count < 50; count++) made.push(await store.claimRunId('p'));
    expect(new Set(made).size).toBe(50);
    expect([...made].sort()).toEqual(made);
    expect(made[0]).toMatch(/^p-\d{8}-\d{6}-[0-9a-f]{4}$/);
  });

  test('lead to the log of the run that made a restored output', async () => {
    const { key } = await publish({ 'a.txt': 'x' });
    project.write('runs/records/r/stages/s.log', 'made here');
    const stage = { id: 'copy', outcome: 'restored', key } as RunStage;
    const run = { ...record('later', 'p', 'p.json5'), stages: [stage] };
    expect(readFileSync(store.logFile(run, 'copy')!, 'utf8')).toBe('made here');
    expect(store.metricsFile(run, 'copy')).toBeUndefined();
  });
});

describe('names and digests', () => {
  test('different ids have different names, none of which leads elsewhere', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(safeName(a)).toMatch(/^([A-Za-z0-9_@=,+%-][A-Za-z0-9._@=,+%-]*)?$/);
        if (a !== b) expect(safeName(a)).not.toBe(safeName(b));
      }),
    );
    expect(safeName('..')).toBe('%2E.');
  });

  test('the digest of a value does not depend on the order of its keys', () => {
    expect(digestJson({ b: 1, a: [1, 'é'] })).toBe(sha256('{"a":[1,"é"],"b":1}'));
  });
});
