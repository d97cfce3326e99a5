import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, cpSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import type { CommandContext } from '../../src/cli/command.ts';
import { openModel } from '../../src/cli/model.ts';
import { openStore } from '../../src/runner/store/store.ts';
import { removeTree } from '../../src/disk/files.ts';
import type { Digest } from '../../src/runner/types.ts';
import { makeProject } from '../support/project.ts';
import type { TestProject } from '../support/project.ts';

const object = (properties: object) => ({ type: 'object', additionalProperties: false, properties });
const stage = (number: number) => `{ "uses": "make", "with": { "number": ${number} } }`;

/** Stages that make models, which hold a number and no network. */
const files = {
  'schemas/stages/make.json': JSON.stringify({
    name: 'make',
    description: 'Makes one.',
    inputs: {},
    outputs: { model: { artifact: 'model', description: 'It.' } },
    params: object({ number: { type: 'integer', default: 1, description: 'Its number.' } }),
  }),
  'schemas/artifacts/model.schema.json': JSON.stringify({
    title: 'model',
    description: 'A number.',
    payload: { 'weights.txt': 'Weights.' },
    ...object({ number: { type: 'integer' } }),
    required: ['number'],
  }),
  'stages/make.ts': `import { writeFileSync } from 'node:fs';
export default ({ params, outputs }) => {
  writeFileSync(outputs.model + '/model.json', JSON.stringify({ number: params.number }));
  writeFileSync(outputs.model + '/weights.txt', 'heavy');
};
`,
  'one.json5': `{ "name": "one", "stages": { "first": ${stage(1)} } }`,
  'sub/two.json5': `{ "name": "two", "stages": { "left": ${stage(2)}, "right": ${stage(3)} } }`,
  'never.json5': `{ "name": "never", "stages": { "only": ${stage(4)} } }`,
  'copied/model.json': '{ "number": 5 }',
  'copied/README.md': 'A copy.',
  'copied/weights.txt': 'heavy',
  'wrong/model.json': '{ "number": "six" }',
  'light/model.json': '{ "number": 7 }',
};

let project: TestProject;
beforeAll(async () => {
  project = makeProject(files);
  for (const file of ['one.json5', 'sub/two.json5']) expect(await project.run([file])).toMatchObject({ exitCode: 0 });
});
afterAll(() => project.remove());

function open(word: string) {
  return openModel(word, {
    positionals: [word],
    options: {},
    console: { folder: project.folder },
  } as unknown as CommandContext);
}

/** Number of the model that a word means. */
function numberOf(word: string): number {
  const { folder } = open(word);
  return (JSON.parse(readFileSync(path.join(folder, 'model.json'), 'utf8')) as { number: number }).number;
}

describe('a model', () => {
  test.each([
    ['copied', 5],
    ['runs/latest/two/left/model', 2],
    ['one.json5', 1],
    ['latest~1', 1],
    ['latest/right', 3],
    ['sub/two.json5/left', 2],
    ['right', 3],
    ['first', 1],
  ])('%s is found', (word, number) => {
    expect(numberOf(word)).toBe(number);
  });

  test('is found by the beginning of its digest', () => {
    const { stages } = openStore({ project: project.folder }).run('latest');
    for (const { id, outputs } of stages)
      expect(numberOf(outputs.model.digest.slice(0, 16))).toBe(id === 'left' ? 2 : 3);
  });

  test.each([
    ['latest', /"latest" means 2 models/, /Name one of .*two.*\/left, .*two.*\/right/],
    ['sub/two.json5', /"sub\/two\.json5" means 2 models/, /Name one of/],
    ['latest/lift', /"latest\/lift" has no model: run .* \(succeeded\) made none/, /finetune/],
    ['nowhere', /there is no model "nowhere": it is no folder, and there is no run 'nowhere'/, /latest\/finetune/],
    ['no/where', /there is no model "no\/where": it is no folder, and there is no run 'no'/, /latest\/finetune/],
    [
      'never.json5',
      /there is no model "never\.json5": it is no folder, and never\.json5 has no recorded run/,
      /latest\/finetune/,
    ],
    [
      'wrong',
      /wrong is not a model that can translate: model\.json at \/number: must be a whole number, found "six"/,
      /finetune/,
    ],
    ['light', /light is not a model that can translate: file 'weights\.txt' \(Weights\.\) is missing/, /finetune/],
    ['sub', /sub is not a model that can translate: model\.json is missing/, /finetune/],
  ])('%s is refused with what to do', (word, message, hint) => {
    expect(() => numberOf(word)).toThrow(
      expect.objectContaining({
        name: 'Diagnostic',
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      }),
    );
  });

  test('in a linked folder is that of the folder, whatever the link means later', () => {
    symlinkSync('copied', path.join(project.folder, 'linked'));
    const { folder } = open('linked');
    expect(folder).toBe(realpathSync(path.join(project.folder, 'copied')));
  });

  test.each(['model.json', 'weights.txt'])('with a pipe in the place of its file %s is refused at once', (name) => {
    const folder = path.join(project.folder, `piped-${name}`);
    cpSync(path.join(project.folder, 'copied'), folder, { recursive: true });
    rmSync(path.join(folder, name));
    execFileSync('mkfifo', [path.join(folder, name)]);
    expect(() => numberOf(path.basename(folder))).toThrow(
      new RegExp(`${name.replace('.', '\\.')}'?( \\(Weights\\.\\))? is not a regular file`),
    );
  });

  test('may be of links to its files, and have anything beside them', () => {
    const folder = path.join(project.folder, 'of-links');
    mkdirSync(folder);
    for (const name of ['model.json', 'weights.txt'])
      symlinkSync(path.join('../copied', name), path.join(folder, name));
    execFileSync('mkfifo', [path.join(folder, 'pipe')]);
    symlinkSync('nowhere', path.join(folder, 'broken'));
    expect(numberOf('of-links')).toBe(5);
    rmSync(path.join(folder, 'weights.txt'));
    symlinkSync('weights.txt', path.join(folder, 'weights.txt'));
    expect(() => numberOf('of-links')).toThrow(
      /'weights\.txt' \(Weights\.\) cannot be read: its links lead round in a circle/,
    );
  });

  test('of which a byte is damaged in the store, or that is lost, is to be made again', () => {
    const store = openStore({ project: project.folder });
    const digest: Digest = store.run('latest~1').stages[0].outputs.model.digest;
    const refused = /the model of one\.json5 is no longer in the store, or damaged/;
    const weights = path.join(store.artifactFolder(digest), 'weights.txt');
    chmodSync(weights, 0o644);
    appendFileSync(weights, '0');
    expect(() => numberOf('one.json5')).toThrow(refused);
    removeTree(store.artifactFolder(digest));
    expect(() => numberOf('one.json5')).toThrow(refused);
  });
});
