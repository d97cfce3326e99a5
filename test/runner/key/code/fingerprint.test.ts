import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkedJson } from '../../../../src/disk/checked-json.ts';
import type { CodeFingerprint } from '../../../../src/runner/key/code/fingerprint.ts';
import { fingerprint, mendBundle } from '../../../../src/runner/key/code/fingerprint.ts';
import { packageOf } from '../../../../src/runner/key/code/packages.ts';
import { moduleFolders } from '../../../../src/runner/key/code/place.ts';
import { StatCache } from '../../../../src/runner/store/stat-cache.ts';
import { ToyProject } from '../../support/toy-project.ts';

const entry = `import { near } from '../src/near.ts';
import { dep } from 'dep';
import { sub } from 'dep/sub';
import { sep } from 'node:path';
export default () => near(dep) + sub + sep.length;
`;

let project: ToyProject;

beforeEach(() => {
  project = new ToyProject();
  project.write(
    'node_modules/dep/package.json',
    '{"name":"dep","version":"1.2.3","type":"module","exports":{".":"./index.js","./sub":"./sub.js"}}',
  );
  project.write('node_modules/dep/index.js', 'export const dep = 4;');
  project.write('node_modules/dep/sub.js', 'export const sub = 5;');
  project.write('src/far.ts', '// far\nexport const far = (x: number) => x * 2;\nexport const unused = () => 99;\n');
  project.write('src/near.ts', "import { far } from './far.ts';\nexport const near = (x: number) => far(x) + 1;\n");
  project.addType('one', entry);
  project.addType('two', 'export default () => 2;\n');
});

afterEach(() => project.remove());

async function print(of = project): Promise<Record<string, CodeFingerprint>> {
  const folder = path.join(of.folder, 'runs/cache');
  return fingerprint(Object.values(of.types), { cacheFolder: folder, statCache: new StatCache(folder) });
}

describe('a code fingerprint', () => {
  test('follows a link that leads elsewhere, whether of a helper or of its folder', async () => {
    const write = (name: string, factor: number) =>
      project.write(name, `export const far = (x: number) => x * ${factor};\n`);
    write('a/far.ts', 3);
    write('b/far.ts', 4);
    const link = path.join(project.folder, 'src/linked');
    const pointTo = (target: string) => {
      rmSync(link, { force: true });
      symlinkSync(path.join(project.folder, target), link);
    };
    project.write(
      'src/near.ts',
      "import { far } from './linked/far.ts';\nexport const near = (x: number) => far(x) + 1;\n",
    );
    pointTo('a');
    const first = (await print()).one.digest;
    pointTo('b');
    const second = (await print()).one.digest;
    pointTo('a');
    expect([second === first, (await print()).one.digest === first]).toEqual([false, true]);
  });

  test('sees a file that is imported instead of another from now on', async () => {
    project.write('src/near.ts', "import { far } from './far2';\nexport const near = (x: number) => far(x) + 1;\n");
    project.write('src/far2.js', 'export const far = (x) => x * 3;');
    const before = (await print()).one.digest;
    project.write('src/far2.ts', 'export const far = (x: number) => x * 4;');
    expect((await print()).one.digest).not.toBe(before);
  });

  test('names the files and packages that the stage reaches, and a bundle that runs', async () => {
    const { one } = await print();
    expect(Object.keys(one.files).sort()).toEqual(['src/far.ts', 'src/near.ts', 'stages/one.ts']);
    expect(one.packages).toEqual({ dep: '1.2.3' });
    const { default: stage } = (await import(pathToFileURL(one.bundle).href)) as { default: () => number };
    expect(stage()).toBe(4 * 2 + 1 + 5 + 1);
  });

  test.each<[string, string, string]>([
    [
      'a comment',
      'src/far.ts',
      '/* better */\nexport const far = (x: number) => x * 2; // twice\nexport const unused = () => 99;\n',
    ],
    ['formatting', 'src/far.ts', 'export const far =\n\n  (x: number) =>\n    x * 2;\nexport const unused = () => 99;'],
    [
      'types',
      'src/near.ts',
      "import { far } from './far.ts';\nexport const near = (x: number): number => far(x) + 1;\nexport "
        + 'interface Extra { a: 1 }\n',
    ],
    [
      'an unreachable function, even one of a name in use elsewhere,',
      'src/far.ts',
      'export const far = (x: number) => x * 2;\nexport const unused = () => 100;\nexport function near() { '
        + 'return unused(); }\n',
    ],
    ['a licence comment', 'stages/one.ts', `/*! @license X */\n${entry}`],
  ])('stays when %s changes', async (_name, file, text) => {
    const before = await print();
    project.write(file, text);
    const after = await print();
    expect(after.one.digest).toBe(before.one.digest);
    expect(after.two).toEqual(before.two);
  });

  test('changes with a helper two imports down, which it names, and not for the stages that do not reach it', async () => {
    const before = await print();
    project.write('src/far.ts', 'export const far = (x: number) => x * 3;\n');
    const after = await print();
    expect(after.one.digest).not.toBe(before.one.digest);
    const changed = Object.keys(after.one.files).filter((file) => after.one.files[file] !== before.one.files[file]);
    expect(changed).toEqual(['src/far.ts']);
    expect(after.two).toEqual(before.two);
  });

  test('changes with the version of a package', async () => {
    await print();
    project.write(
      'node_modules/dep/package.json',
      '{"name":"dep","version":"1.3.0","type":"module","exports":{".":"./index.js","./sub":"./sub.js"}}',
    );
    expect((await print()).one.packages).toEqual({ dep: '1.3.0' });
  });

  test('is the same wherever the project lies', async () => {
    const here = await print();
    const other = new ToyProject();
    try {
      for (const folder of ['src', 'stages', 'node_modules/dep']) {
        mkdirSync(path.join(other.folder, folder), { recursive: true });
        cpSync(path.join(project.folder, folder), path.join(other.folder, folder), { recursive: true });
      }
      for (const name of ['one', 'two']) other.addType(name, project.read(`stages/${name}.ts`));
      const there = await print(other);
      expect([there.one.digest, there.one.files]).toEqual([here.one.digest, here.one.files]);
    } finally {
      other.remove();
    }
  });

  test('is remembered while no source changes, though files were touched', async () => {
    // Not of files that were written a moment ago, which may have changed while they were bundled.
    for (const file of ['src/far.ts', 'src/near.ts', 'stages/one.ts', 'stages/two.ts'])
      utimesSync(path.join(project.folder, file), 2, 2);
    await print();
    const cache = () => readFileSync(path.join(project.folder, 'runs/cache/code.json'), 'utf8');
    // What is remembered is taken as it is: a mark in it comes back, and a new bundling would remove it.
    const { check: _, ...marked } = JSON.parse(cache().replaceAll('"stages/two.ts"', '"remembered"')) as {
      check: string;
    };
    project.write('runs/cache/code.json', checkedJson(marked));
    utimesSync(path.join(project.folder, 'stages/two.ts'), 1, 1);
    expect(Object.keys((await print()).two.files)).toEqual(['remembered']);
    project.write('stages/two.ts', 'export default () => 3;\n');
    expect(Object.keys((await print()).two.files)).toEqual(['stages/two.ts']);
  });

  test('bundles what TensorFlow.js publishes as sources only, and leaves out what that imports from packages', async () => {
    project.write(
      'node_modules/@tensorflow/tfjs-core/package.json',
      '{"name":"@tensorflow/tfjs-core","version":"4.0.0"}',
    );
    project.write(
      'node_modules/@tensorflow/tfjs-core/dist/gradients/x.js',
      "import { y } from '../y'; import { dep } from 'dep'; export const x = y + dep;",
    );
    project.write('node_modules/@tensorflow/tfjs-core/dist/y.js', 'export const y = 1234;');
    project.addType('three', "import { x } from '@tensorflow/tfjs-core/dist/gradients/x';\nexport default () => x;\n");
    const { three } = await print();
    const bundle = readFileSync(three.bundle, 'utf8');
    expect(bundle).toContain('1234');
    expect(bundle).toMatch(/from"dep"/);
    expect(three.packages).toEqual({ dep: '1.2.3' });
    expect(Object.keys(three.files).sort()).toEqual(['node_modules/@tensorflow/tfjs-core', 'stages/three.ts']);
  });
});

describe('code that cannot be bundled', () => {
  test('is shown with file, line and column', async () => {
    project.write('stages/two.ts', 'export default () => {\n  let x = ;\n};\n');
    await expect(print()).rejects.toMatchObject({
      name: 'Diagnostic',
      exitCode: 2,
      message: 'the code of stage type \'two\' does not compile: Unexpected ";"',
      location: { file: path.join(project.folder, 'stages/two.ts'), line: 2, column: 11 },
      frame: '  let x = ;\n          ^',
    });
  });

  test('for want of a package names the package', async () => {
    project.write('stages/two.ts', "import { x } from '@scope/gone/sub';\nexport default () => x;\n");
    await expect(print()).rejects.toMatchObject({
      message: "stage type 'two' imports '@scope/gone/sub', but package '@scope/gone' is not installed",
    });
  });

  test('but for an optional package is seen to change when that is installed', async () => {
    project.write('stages/two.ts', "export default async () => (await import('optional')).x;\n");
    expect((await print()).two.packages).toEqual({ optional: 'absent' });
    project.write('node_modules/optional/package.json', '{"name":"optional","version":"2.0.0"}');
    expect((await print()).two.packages).toEqual({ optional: '2.0.0' });
  });
});

test('a subpath belongs to its package, which is looked for in every folder above', () => {
  expect(['a', 'a/b', '@s/a', '@s/a/b/c'].map(packageOf)).toEqual(['a', 'a', '@s/a', '@s/a']);
  expect(moduleFolders('/x/node_modules/y')).toEqual([
    '/x/node_modules/y/node_modules',
    '/x/node_modules',
    '/node_modules',
  ]);
});

test('bundles of code as it no longer is are bounded: those that were executed last stay, and all of a day', async () => {
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
  const place = path.join(project.folder, 'runs/cache/code');
  const bundleOf = (number: number, days: number) => {
    const file = project.write(`runs/cache/code/${String(number).padStart(64, '0')}.mjs`, '');
    utimesSync(file, daysAgo(days), daysAgo(days));
    return file;
  };
  const old = Array.from({ length: 100 }, (_, number) => bundleOf(number, 2 + number));
  const young = Array.from({ length: 10 }, (_, number) => bundleOf(200 + number, 0));
  const before = await print();
  const kept = readdirSync(place).map((name) => path.join(place, name));
  expect(kept).toEqual(expect.arrayContaining([...young, before.one.bundle, before.two.bundle]));
  // The newest 64 that are not current, of which ten are young.
  expect(kept.filter((file) => old.includes(file)).sort()).toEqual(old.slice(0, 54));

  // What is executed is not old, however long ago it was made.
  utimesSync(before.two.bundle, daysAgo(500), daysAgo(500));
  const folder = path.join(project.folder, 'runs/cache');
  await mendBundle(project.types.two, before.two, { cacheFolder: folder, statCache: new StatCache(folder) });
  bundleOf(300, 3);
  project.write('stages/two.ts', 'export default () => 3;\n');
  const after = await print();
  expect(readdirSync(place)).toContain(path.basename(before.two.bundle));
  expect(after.two.bundle).not.toBe(before.two.bundle);
  expect(readdirSync(place).length).toBe(64 + 2);
});
