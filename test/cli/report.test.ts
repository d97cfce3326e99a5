import { describe, expect, test } from '@jest/globals';
import { chmodSync, existsSync, readFileSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunRecord } from '../../src/runner/records.ts';
import { finishedProject } from '../support/finished-project.ts';
import { readPage, reachesOut } from '../support/page.ts';
import type { TestProject } from '../support/project.ts';

const finished = finishedProject();

const module = 'stages/reports/sum.ts';
const reporter = `import { readFileSync } from 'node:fs';
import { product } from '../shared/product.ts';

export default ({ runs, artifacts }) => artifacts.map((artifact) => {
  const { total } = JSON.parse(readFileSync(artifact.folder() + '/sum.json', 'utf8'));
  const numbers = artifact.stage.inputs.numbers;
  return {
    chapter: 'Sums',
    title: 'Total of ' + artifact.stage.label,
    text: ['of ' + numbers.stage.id + ', times ' + numbers.stage.params.factor],
    content: { kind: 'table', table: { columns: [{ name: 'twice', title: 'Twice' }], rows: [{ twice: product(total, 2) }] } },
    commands: [artifact.stage.command],
  };
});
`;

async function report(project: TestProject, ...words: string[]) {
  const result = await project.run(['report', ...words]);
  const file = result.stdout.trim();
  const text = file === '' ? '' : project.read(file);
  return { ...result, file, text, page: readPage(text) };
}

/** With a folder in the place of a page. */
function blocked(project: TestProject): TestProject {
  project.write({ 'stages.html/file': '' });
  return project;
}

async function newest(project: TestProject): Promise<RunRecord> {
  return JSON.parse((await project.run(['show', 'latest', '--json'])).stdout) as RunRecord;
}

describe('a report', () => {
  test('says of any run how it went: stages, times, settings, keys', async () => {
    const project = finished.copy();
    const run = await newest(project);
    const { exitCode, stderr, file, page } = await report(project, 'arithmetic.json5');
    expect({ exitCode, stderr, file }).toEqual({ exitCode: 0, stderr: '', file: `runs/records/${run.id}/report.html` });
    expect(reachesOut(page)).toEqual([]);
    const stages = run.stages.map(({ id, type, outcome, seconds }) => ({ stage: id, type, outcome, seconds }));
    expect(page.part('Pipeline').rows()).toEqual(stages.map((stage) => expect.objectContaining(stage)));
    expect(page.part('Pipeline').all('path', 'edge')).toHaveLength(2);
    expect(page.part('Time').all('rect')).toHaveLength(3);
    const keys = page.part('Keys and artifacts').rows();
    expect(keys.map(({ stage, key, digest }) => [stage, key, digest])).toEqual(
      run.stages.flatMap(({ id, key, outputs }) => Object.values(outputs).map(({ digest }) => [id, key, digest])),
    );
    expect(page.part('Settings').rows()).toContainEqual({ name: 'scale.factor', [run.id]: '2' });
    expect(page.part('Runs').all('code')[0].text).toBe('npm run pipeline arithmetic.json5');
  });

  test('is the same page, byte for byte, when it is written again', async () => {
    const project = finished.copy();
    const { text } = await report(project, 'latest');
    expect((await report(project, 'latest', '--out', 'pages/again.html')).text).toBe(text);
    expect(existsSync(path.join(project.folder, 'pages/again.html'))).toBe(true);
  });

  test('has its figures as files, where they are asked for', async () => {
    const project = finished.copy();
    const { exitCode, stderr } = await report(project, 'latest', '--figures', 'for/paper');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '2 figures in for/paper.\n' });
    expect(readdirSync(path.join(project.folder, 'for/paper'))).toEqual(['pipeline.svg', 'time.svg']);
    expect(project.read('for/paper/pipeline.svg')).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  });

  test('has what a module of the project makes of its artifacts, for each of several runs', async () => {
    const project = finished.copy();
    project.write({ [module]: reporter });
    await project.run(['arithmetic.json5', 'scale.factor=3']);
    const { exitCode, page } = await report(project, 'latest~1', 'latest');
    expect(exitCode).toBe(0);
    expect(page.part('Total of arithmetic · total').rows()).toEqual([{ twice: 24 }]);
    const second = page.part('Total of arithmetic scale.factor=3 · total');
    expect(second.rows()).toEqual([{ twice: 36 }]);
    expect(second.all('p')[0].text).toBe('of scale, times 3');
    expect(second.all('code')[0].text).toBe('npm run pipeline arithmetic.json5 total scale.factor=3');
    const settings = page.part('Settings').rows();
    expect(Object.values(settings[0])).toEqual(['scale.factor', '2', '3']);
  });

  test('names what is damaged, and shows the rest', async () => {
    const project = finished.copy();
    project.write({ [module]: reporter });
    const file = realpathSync(path.join(project.folder, 'runs/latest/arithmetic/total/sum/sum.json'));
    chmodSync(file, 0o644);
    writeFileSync(file, readFileSync(file, 'utf8').replace('12', '13'));
    const { exitCode, stderr, page } = await report(project, 'latest');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^warning: sum of total is missing or damaged \([0-9a-f]{16}\): npm run pipeline verify\n$/);
    expect(page.all('ul', 'warnings')[0].text).toContain('sum of total is missing or damaged');
    expect(page.all('h3').map(({ text }) => text)).not.toContain('Total of total');
    expect(page.part('Pipeline').rows()).toHaveLength(3);
  });

  test('goes on without a module that cannot read its artifact, and says so', async () => {
    const project = finished.copy();
    project.write({ [module]: "export default () => { throw new Error('no <total>'); };" });
    const { exitCode, stderr, page } = await report(project, 'latest');
    expect(exitCode).toBe(1);
    expect(stderr).toBe('warning: sum cannot be shown: no <total>\n');
    expect(page.all('ul', 'warnings')[0].text).toContain('no <total>');
  });

  test('takes hostile names and messages for text', async () => {
    const project = finished.copy();
    const hostile = '<img src=//example.org onerror=x()>';
    project.write({ [module]: reporter.replace("'Total of '", `'${hostile}'`) });
    await project.run(['arithmetic.json5', 'scale.trouble=error']);
    const failed = await report(project, 'latest');
    expect(
      failed.page
        .part('Pipeline')
        .rows()
        .map(({ outcome, error }) => [outcome, error]),
    ).toContainEqual(['failed', expect.stringContaining('the scale is out of order')]);
    const { page } = await report(project, 'latest~1');
    expect(reachesOut(page)).toEqual([]);
    expect(page.part(`${hostile}total`).rows()).toEqual([{ twice: 24 }]);
  });

  test.each([
    ['a run that is not there', ['report', 'nothing'], /^error: /],
    ['no run', ['report'], /^error: /],
    [
      'a file that is no page',
      ['report', 'latest', '--out', 'report.pdf'],
      /^error: --out is "report\.pdf", and a report is a page\n/,
    ],
    [
      'a file where a folder stands',
      ['report', 'latest', '--out', 'stages.html'],
      /^error: .*stages\.html cannot be written: something else/,
    ],
    [
      'figures where a file stands',
      ['report', 'latest', '--figures', 'arithmetic.json5'],
      /^error: .*arithmetic\.json5\/pipeline\.svg cannot be written: something else stands in its place\n.*--figures/,
    ],
  ])('of %s is one clear message', async (_, words, message) => {
    const { exitCode, stderr, stdout } = await blocked(finished.copy()).run(words);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
