import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cpSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  BleuDocument,
  MetricsDocument,
  ModelDocument,
  RankingDocument,
  RungsDocument,
  SubnetDocument,
} from '../../schemas/types.ts';
import type { Passage } from '../../src/report/part.ts';
import type { RunRecord } from '../../src/runner/records.ts';
import { readPage, reachesOut } from '../support/page.ts';
import { makeProject } from '../support/project.ts';
import { tinyQuickstart } from '../support/tiny-quickstart.ts';
import type { CommandResult, TestProject } from '../support/project.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

let project: TestProject;
let first: CommandResult;

/** Instances that were executed by the newest run. */
function executed(): string[] {
  const folder = path.join(project.folder, 'runs/records');
  const records = readdirSync(folder).map(
    (id) => JSON.parse(readFileSync(path.join(folder, id, 'run.json'), 'utf8')) as RunRecord,
  );
  const newest = records.sort((a, b) => (a.started < b.started ? 1 : -1))[0];
  return newest.stages.filter(({ outcome }) => outcome === 'ran').map(({ id }) => id);
}

/** What `plan --json` says will be executed. */
function planned({ stdout }: CommandResult): string[] {
  const { stages } = JSON.parse(stdout) as { stages: { id: string; verdict: string }[] };
  return stages.filter(({ verdict }) => verdict === 'run' || verdict === 'pending').map(({ id }) => id);
}

const document = (stage: string, output: string, type: string) =>
  JSON.parse(project.read(`runs/latest/quickstart/${stage}/${output}/${type}.json`)) as Record<string, unknown>;

beforeAll(async () => {
  project = makeProject({ 'pipelines/tiny.json5': tinyQuickstart() });
  for (const part of ['package.json', 'stages', 'schemas', 'src', 'pipelines/quickstart.json5'])
    cpSync(path.join(root, part), path.join(project.folder, part), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(project.folder, 'node_modules'));
  first = await project.run(['pipelines/tiny.json5']);
}, 180_000);
afterAll(() => project.remove());

const all = ['corpus', 'preprocess', 'train.1', 'shrink.1', 'train-last', 'search', 'choose', 'finetune', 'bleu'];

describe('the quick start, every stage real and tiny', () => {
  test('goes from raw text to BLEU, and says what it found', () => {
    expect(first).toMatchObject({ exitCode: 0 });
    expect(executed()).toEqual(all);
    expect(first.stdout).toMatch(/^bleu\.bleu +BLEU = /m);
    const subnet = document('choose', 'subnet', 'subnet');
    expect(document('finetune', 'model', 'model')).toMatchObject({
      architecture: subnet.architecture,
      parameters: subnet.parameters,
    });
    // From scratch.
    expect(document('finetune', 'checkpoint', 'checkpoint')).toMatchObject({ progress: { updates: 3 } });
  });

  test('is a page whose figures are those of its artifacts', async () => {
    const { exitCode, stderr, stdout } = await project.run(['report', 'latest']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const page = readPage(project.read(stdout.trim()));
    expect(reachesOut(page)).toEqual([]);
    const bleu = document('bleu', 'bleu', 'bleu') as unknown as BleuDocument;
    const { parameters } = document('finetune', 'model', 'model') as unknown as ModelDocument;
    expect(page.part('Result').rows()).toEqual([
      expect.objectContaining({
        ...parameters,
        bleu: bleu.score,
        half: bleu.confidence.halfWidth,
        sacrebleu: bleu.sacrebleu.score,
        chrf: bleu.chrf.score,
        ter: bleu.ter.score,
      }),
    ]);
    const lines = (file: string) =>
      project.read(`runs/latest/quickstart/bleu/translations/${file}`).trimEnd().split('\n');
    const [{ passages }] = page.part('Sentences of valid').packed() as [{ passages: Passage[] }];
    const texts = passages.map(({ texts: of }) => of.map((stretches) => stretches.join('')));
    expect(texts.map(([, reference]) => reference)).toEqual(lines('references.txt'));
    expect(texts.map(([, , translation]) => translation)).toEqual(lines('detokenized.txt'));
    const { series } = document('finetune', 'metrics', 'metrics') as unknown as MetricsDocument;
    const losses = page.part('Found network: training loss');
    expect(losses.rows().map(({ update, mean }) => [update, mean])).toEqual(series.loss);
    const { candidates } = document('search', 'ranking', 'ranking') as unknown as RankingDocument;
    const found = page
      .part('Scores by rank')
      .rows()
      .filter(({ stage }) => stage === 'search');
    expect(found.map(({ genes, score, parameters: size }) => ({ genes, score, parameters: size }))).toEqual(
      candidates.map(({ genes, score, parameters: size }) => ({ genes, score, parameters: size })),
    );
    expect(page.part('Scores by rank').all('circle')).toHaveLength(page.part('Scores by rank').rows().length);
    const { rungs, candidates: trained } = document('choose', 'rungs', 'rungs') as unknown as RungsDocument;
    const byRung = page.part('Rungs of choose').rows();
    expect(byRung.map(({ loss }) => loss).sort()).toEqual(trained.flatMap(({ losses: of }) => of).sort());
    expect(new Set(byRung.map(({ updates }) => updates))).toEqual(new Set(rungs.map(({ updates }) => updates)));
    const shares = page.part('Mixing operators').rows();
    const bars = page.part('Mixing operators').all('svg', 'chart')[0].all('rect');
    expect(bars).toHaveLength(shares.length);
    const sums = new Map<string, number>();
    for (const { space, place, share } of shares)
      sums.set(`${space} ${place}`, (sums.get(`${space} ${place}`) ?? 0) + Number(share));
    // A layer that no subnet has is no choice of any.
    for (const sum of sums.values()) expect(Math.min(Math.abs(sum - 1), sum)).toBeCloseTo(0);
    const { architecture } = document('choose', 'subnet', 'subnet') as unknown as SubnetDocument;
    const drawn = page
      .all('section', 'part')
      .find((part) => part.all('h3')[0].text.includes('choose') && part.all('svg', 'diagram').length > 0)!;
    const layers = drawn.rows().filter(({ network }) => String(network).includes('choose'));
    expect(layers.map(({ operator }) => operator)).toEqual(
      [...architecture.encoder.layers, ...architecture.decoder.layers].map(({ operator }) => operator),
    );
    expect(
      page
        .part('Pipeline')
        .rows()
        .map(({ stage }) => stage),
    ).toEqual(all);
  });

  test('again runs nothing', async () => {
    const again = await project.run(['pipelines/tiny.json5']);
    expect(again).toMatchObject({
      exitCode: 0,
      stderr: 'Nothing to run: all 9 stages are fresh.\n',
      stdout: first.stdout,
    });
  });

  test('the model that it found translates raw text as it did for BLEU', async () => {
    const source = project.read('runs/latest/quickstart/corpus/raw/files/valid.de').split('\n').slice(0, 3);
    project.write({ 'some.txt': source.map((line) => `${line}\n`).join('') });
    const { exitCode, stdout, stderr } = await project.run([
      'translate',
      'pipelines/tiny.json5',
      'some.txt',
      '--beam',
      '2',
      '--max-length',
      '4',
      '--json',
    ]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const tokens = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { hypotheses: [{ tokens: string }] }).hypotheses[0].tokens);
    expect(tokens).toEqual(
      project.read('runs/latest/quickstart/bleu/translations/hypotheses.txt').split('\n').slice(0, 3),
    );
  });

  test('space counts with the dictionaries of the corpus that it made', async () => {
    const { stdout } = await project.run(['space', 'pipelines/tiny.json5', '--json']);
    const { dictionary } = document('preprocess', 'corpus', 'corpus');
    const [{ dictionaries, smallest, largest }] = JSON.parse(stdout) as [
      {
        dictionaries: object;
        smallest: { parameters: { layers: number } };
        largest: { parameters: { layers: number } };
      },
    ];
    expect(dictionaries).toEqual({ ...(dictionary as object), from: 'corpus' });
    const { layers } = document('search', 'subnet', 'subnet').parameters as { layers: number };
    expect(layers).toBeGreaterThanOrEqual(smallest.parameters.layers);
    expect(layers).toBeLessThanOrEqual(largest.parameters.layers);
  });

  test('with another limit chooses, fine-tunes and scores, as planned; setting it back restores', async () => {
    const plan = await project.run(['plan', 'pipelines/tiny.json5', 'choose.limit=12000', '--json']);
    const changed = await project.run(['pipelines/tiny.json5', 'choose.limit=12000']);
    expect(changed.exitCode).toBe(0);
    expect(executed()).toEqual(['choose', 'finetune', 'bleu']);
    expect(planned(plan)).toEqual(executed());
    const back = await project.run(['pipelines/tiny.json5']);
    expect(back).toMatchObject({ exitCode: 0, stdout: first.stdout });
    expect(executed()).toEqual([]);
  });

  test('the difference of those two runs is the parameter, the genes by layer, BLEU, and nothing that is equal', async () => {
    const { stdout, exitCode } = await project.run(['diff', 'latest', 'latest~1']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/choose\.limit|limit/);
    expect(stdout).toMatch(/architecture\.(encoder|decoder)\.layers\.\d\.\w+: \S+ → \S+/);
    expect(stdout).toMatch(/score: [\d.]+ → [\d.]+/);
    expect(stdout).not.toMatch(/train-last|train\.1|shrink|search|preprocess|corpus/);
  });

  test('a comment in a module of the search runs nothing, a changed constant what plan and why said', async () => {
    const module = 'src/nas/search/candidates.ts';
    const source = project.read(module);
    project.write({ [module]: `// A comment.\n${source}` });
    expect((await project.run(['pipelines/tiny.json5'])).stderr).toBe('Nothing to run: all 9 stages are fresh.\n');
    // 50 draws a child are enough as well as 60: the code differs, the results do not.
    project.write({ [module]: source.replace('draws < 50 * count', 'draws < 60 * count') });
    const touched = planned(await project.run(['plan', 'pipelines/tiny.json5', '--json']));
    const why = await project.run(['why', 'pipelines/tiny.json5', 'search']);
    expect(why.stdout).toContain(`code ${module}`);
    await project.run(['pipelines/tiny.json5']);
    const ran = executed();
    expect(touched).toEqual(expect.arrayContaining(ran));
    // Training reaches the module too, but not this function. What comes out is as it was, so
    // the rest of the plan is cut off.
    expect(ran).toEqual(['shrink.1', 'search']);
    project.write({ [module]: source });
  });
});
