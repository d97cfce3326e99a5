import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import http from 'node:http';
import { limits } from '../../src/serving/limits.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { makeProject, type TestProject } from '../support/project.ts';
import { StageBench } from '../support/stage-bench.ts';
import { trainedModel } from '../support/trained-model.ts';

const bench = new StageBench();
let project: TestProject;
let models: string[];

interface Served {
  address: string;
  stop(signal?: NodeJS.Signals): Promise<{ exitCode: number | null; stderr: string }>;
}
const servers: Served[] = [];

beforeAll(async () => {
  models = [
    await trainedModel(bench, bench.corpus()),
    await trainedModel(bench, bench.corpus({ languages: { source: 'en', target: 'de' } })),
  ];
  project = makeProject({});
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});
afterAll(() => project.remove());

/** The real server, on any free port. */
async function serve(words: string[] = [models[0]], env: Record<string, string> = {}): Promise<Served> {
  const started = project.start(['serve', ...words, '--port', '0', '--engine', 'wasm', '--max-length', '8'], { env });
  const ended = started.result.then(({ stderr }) => Promise.reject(new Error(`it ended: ${stderr}`)));
  ended.catch(() => undefined);
  const [address] = (await Promise.race([once(started.process.stdout!, 'data'), ended])) as [string];
  const server = {
    address: address.trim(),
    stop: async (signal: NodeJS.Signals = 'SIGTERM') => {
      started.process.kill(signal);
      return started.result;
    },
  };
  servers.push(server);
  return server;
}

async function post(server: Served, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${server.address}/translate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** With headers that `fetch` does not let one set. */
function statusOf(server: Served, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    http
      .get(`${server.address}${path}`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      })
      .on('error', reject);
  });
}

/** Lines that wait, are being translated, or are translated. */
async function receivedLines(server: Served): Promise<number> {
  const metrics = await (await fetch(`${server.address}/metrics`)).text();
  const valueOf = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(metrics)?.[1]);
  return valueOf('shrinknas_waiting_lines') + valueOf('shrinknas_batch_lines_sum');
}

const pair = { source: 'de', target: 'en' };

describe('a server', () => {
  test('answers every request of many at once as translate does, malformed ones between them included', async () => {
    const random = new RandomStream(1, 'lines');
    const lines = Array.from({ length: 90 }, () =>
      Array.from({ length: 1 + random.integer(6) }, () => random.pick([...'abcdefgh'])).join(' '),
    );
    const { stdout } = await project.run(['translate', models[0], ...lines, '--engine', 'wasm', '--max-length', '8']);
    const expected = new Map(stdout.split('\n').map((translation, i) => [lines[i], translation]));
    const server = await serve();
    const requests = Array.from({ length: 200 }, (_, i) => {
      const [first, second] = [lines[i % lines.length], lines[(7 * i) % lines.length]];
      const kinds = [
        { q: first, ...pair },
        { q: [first, second], ...pair },
        { q: `${first}\n\n${second}`, ...pair },
        { q: 7, ...pair },
      ];
      const answers = [
        expected.get(first),
        [expected.get(first), expected.get(second)],
        `${expected.get(first)}\n\n${expected.get(second)}`,
      ];
      return { body: kinds[i % 4], answer: answers[i % 4] };
    });
    const asked: Promise<void>[] = Array.from({ length: 50 }, async (_, worker) => {
      for (let i = worker; i < requests.length; i += 50) {
        const { status, body } = await post(server, requests[i].body);
        expect({ status, body }).toEqual(
          requests[i].answer === undefined
            ? { status: 400, body: { error: 'q must be a text or a list of texts.' } }
            : { status: 200, body: { translatedText: requests[i].answer } },
        );
      }
    });
    await Promise.all(asked);
    const metrics = await (await fetch(`${server.address}/metrics`)).text();
    expect(metrics).toContain('shrinknas_request_seconds_count{route="/translate",status="200"} 150');
    expect(metrics).toContain('shrinknas_request_seconds_count{route="/translate",status="400"} 50');
  });

  test('of several models chooses by the languages, and lists them', async () => {
    const server = await serve(models);
    expect(await (await fetch(`${server.address}/languages`)).json()).toEqual([
      { code: 'de', name: 'German', targets: ['en'] },
      { code: 'en', name: 'English', targets: ['de'] },
    ]);
    for (const [i, model] of models.entries()) {
      const [source, target] = i === 0 ? ['de', 'en'] : ['en', 'de'];
      const { stdout } = await project.run(['translate', model, 'a b c', '--engine', 'wasm', '--max-length', '8']);
      expect((await post(server, { q: 'a b c', source, target })).body).toEqual({ translatedText: stdout.trimEnd() });
      const { body } = await post(server, { q: 'a b c', source: 'auto', target });
      expect(body).toEqual({
        translatedText: stdout.trimEnd(),
        detectedLanguage: { language: source, confidence: 0 },
      });
    }
    expect(await post(server, { q: 'a', source: 'de', target: 'fr' })).toEqual({
      status: 400,
      body: { error: 'de–fr is not translated here; de–en, en–de is.' },
    });
  });

  test('takes forms, and gives alternatives, as n-best has them', async () => {
    const server = await serve();
    const form = await fetch(`${server.address}/translate`, {
      method: 'POST',
      body: new URLSearchParams({ q: 'a b c', ...pair, alternatives: '2' }),
    });
    const { stdout } = await project.run([
      'translate',
      models[0],
      'a b c',
      '--n-best',
      '3',
      '--engine',
      'wasm',
      '--max-length',
      '8',
    ]);
    const [best, ...others] = stdout
      .trimEnd()
      .split('\n')
      .map((row) => row.split('\t')[3]);
    expect(await form.json()).toEqual({ translatedText: best, alternatives: others });
  });

  test('refuses what is too large, malformed or of another site, and says so', async () => {
    const server = await serve();
    const { port } = new URL(server.address);
    const large = { q: 'a '.repeat(limits.characters), ...pair };
    expect((await post(server, large)).body.error).toContain(`no more than ${limits.characters}`);
    expect((await post(server, { q: 'a'.repeat(limits.bodyBytes), ...pair })).status).toBe(413);
    expect((await post(server, { q: '\n'.repeat(limits.lines), ...pair })).body.error).toContain('lines');
    expect((await post(server, { q: 'a', source: 'de' })).body).toEqual({
      error: 'target must be the code of a language.',
    });
    expect((await post(server, { q: '<p>a</p>', ...pair, format: 'html' })).status).toBe(400);
    const broken = await fetch(`${server.address}/translate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"q": ',
    });
    expect({ status: broken.status, body: await broken.json() }).toEqual({
      status: 400,
      body: { error: expect.any(String) },
    });
    expect((await fetch(`${server.address}/detect`)).status).toBe(404);
    expect(await statusOf(server, '/languages', { host: `localhost:${port}` })).toBe(200);
    expect(await statusOf(server, '/languages', { host: 'example.org' })).toBe(403);
    expect(await statusOf(server, '/languages', { host: `localhost:${port}`, origin: 'https://example.org' })).toBe(
      403,
    );
    expect((await post(server, { q: 'a', ...pair })).status).toBe(200);
  });

  test('with a key answers who gives it, and health to all', async () => {
    const server = await serve([models[0]], { SHRINKNAS_KEY: 'open' });
    expect((await fetch(`${server.address}/health`)).status).toBe(200);
    expect((await fetch(`${server.address}/metrics`)).status).toBe(403);
    expect((await post(server, { q: 'a', ...pair })).status).toBe(403);
    expect((await post(server, { q: 'a', ...pair, api_key: 'shut' })).status).toBe(403);
    expect((await post(server, { q: 'a', ...pair, api_key: 'open' })).status).toBe(200);
    expect((await post(server, { q: 'a', ...pair }, { authorization: 'Bearer open' })).status).toBe(200);
  });

  test('answers no more requests a minute than it was told', async () => {
    const server = await serve([models[0], '--rate', '3']);
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push((await post(server, { q: 'a', ...pair })).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('answers what is under way when %s comes, and ends', async (signal) => {
    const server = await serve();
    const answers = Array.from({ length: 8 }, () => post(server, { q: Array(20).fill('a b c d'), ...pair }));
    while ((await receivedLines(server)) < 8 * 20) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await server.stop(signal)).toMatchObject({ exitCode: 0 });
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array(8).fill(200));
    await expect(fetch(`${server.address}/health`)).rejects.toThrow();
  });
});

test.each([
  ['another address without a key', () => [models[0], '--host', '0.0.0.0'], 'there is no key'],
  ['two models of one pair', () => [models[0], models[0]], 'Two of the models translate de–en'],
  ['what is no model', () => ['nothing'], 'there is no model "nothing"'],
])('%s is refused', async (_, words, message) => {
  const { exitCode, stderr } = await project.run(['serve', ...words(), '--port', '0', '--engine', 'wasm']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(message) });
});
