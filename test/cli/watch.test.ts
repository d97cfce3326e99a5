/** `report --watch`: the real command line beside real runs. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { get, request, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { arithmeticProject } from '../support/arithmetic.ts';
import { readPage, reachesOut } from '../support/page.ts';
import { makeProject, type CommandResult, type TestProject } from '../support/project.ts';

const opened: { project: TestProject; ends: (() => void)[] }[] = [];
afterEach(async () => {
  for (const { project, ends } of opened.splice(0)) {
    ends.forEach((end) => end());
    project.remove();
  }
});

/** A project whose run waits in its second stage for the file `go-on`, tells 300 counts, and waits for `go-further`. */
async function runningProject() {
  const project = makeProject(arithmeticProject());
  const ends: (() => void)[] = [];
  opened.push({ project, ends });
  const run = () => {
    const started = project.start(['arithmetic.json5', 'scale.trouble=told']);
    ends.push(() => started.process.kill('SIGKILL'));
    return started;
  };
  const first = run();
  await until(async () => (await project.run(['runs'])).stdout.includes('running'));
  return { project, run, first, ends };
}

async function watched(project: TestProject, ends: (() => void)[], word = 'arithmetic.json5') {
  const { process: child, result } = project.start(['report', word, '--watch']);
  ends.push(() => child.kill('SIGKILL'));
  const ended = result.then((it: CommandResult): never => {
    throw new Error(`It ended: ${it.stderr}`);
  });
  ended.catch(() => {});
  const [line] = (await Promise.race([once(child.stdout!, 'data'), ended])) as [string];
  return { address: line.trim(), process: child, result };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(100);
}

const pageAt = async (address: string) => readPage(await (await fetch(address)).text());

async function untilPage(address: string, holds: (page: Awaited<ReturnType<typeof pageAt>>) => boolean) {
  let page = await pageAt(address);
  while (!holds(page)) {
    await sleep(200);
    page = await pageAt(address);
  }
  return page;
}

const subtitle = (page: Awaited<ReturnType<typeof pageAt>>) => page.all('header')[0].all('p')[0].text;

function ask(address: string, method: string, headers: Record<string, string>, path = '/'): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(address);
    const asked = request({ hostname, port, path, method, headers }, (answer) => resolve(answer.resume()));
    asked.on('error', reject).end();
  });
}

describe('a report that is watched', () => {
  test('follows a run to its end, and tells when there is something new', async () => {
    const { project, first, ends } = await runningProject();
    const { address, process: child, result } = await watched(project, ends);
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const page = await pageAt(address);
    expect(subtitle(page)).toMatch(/\(running\)$/);
    expect(reachesOut(page)).toEqual([]);

    const [events] = (await once(get(`${address}events`), 'response')) as [IncomingMessage];
    expect(events.headers['content-type']).toBe('text/event-stream');
    let told = '';
    events.setEncoding('utf8').on('data', (text: string) => (told += text));
    project.write({ 'go-on': '' });
    const counting = await untilPage(
      address,
      (now) =>
        now.all('h3').some(({ text }) => text === 'count of scale') && now.part('count of scale').rows().length === 300,
    );
    expect(counting.part('count of scale').rows().at(-1)).toMatchObject({ step: 300, value: 300 });
    expect(told).toMatch(/^retry: \d+\n\n(data: newer\n\n)+$/);

    project.write({ 'go-further': '' });
    expect(await first.result).toMatchObject({ exitCode: 0 });
    const done = await untilPage(address, (now) => !subtitle(now).includes('running'));
    expect(
      done
        .part('Pipeline')
        .rows()
        .map(({ outcome }) => outcome),
    ).toEqual(['ran', 'ran', 'ran']);
    expect(done.all('h2').map(({ text }) => text)).not.toContain('So far');

    child.kill('SIGINT');
    expect(await result).toMatchObject({ exitCode: 0, stderr: 'Ctrl-C ends it; the run is left alone.\n' });
  });

  test('survives that the run is killed, and goes on with the next of its pipeline', async () => {
    const { project, run, first, ends } = await runningProject();
    const { address } = await watched(project, ends);
    const before = subtitle(await pageAt(address));
    first.process.kill('SIGKILL');
    await first.result;
    const killed = await untilPage(address, (now) => subtitle(now).includes('(interrupted)'));
    expect(subtitle(killed)).toBe(before.replace('running', 'interrupted'));
    project.write({ 'go-on': '', 'go-further': '' });
    expect(await run().result).toMatchObject({ exitCode: 0 });
    const done = await untilPage(address, (now) => !subtitle(now).includes('('));
    expect(before).not.toContain(subtitle(done));
  });

  test('is for this machine and this page alone', async () => {
    const { project, ends } = await runningProject();
    const { address } = await watched(project, ends, 'latest');
    const { host, origin } = new URL(address);
    const status = async (...words: Parameters<typeof ask>) => (await ask(...words)).statusCode;
    expect(await status(address, 'GET', { host })).toBe(200);
    expect(await status(address, 'GET', { host, origin })).toBe(200);
    expect(await status(address, 'GET', { host: host.replace('127.0.0.1', 'localhost') })).toBe(200);
    for (const foreign of ['example.org', `example.org:${new URL(address).port}`, '127.0.0.1'])
      expect(await status(address, 'GET', { host: foreign }, '/')).toBe(403);
    for (const path of ['/', '/events']) {
      expect(await status(address, 'GET', { host, origin: 'http://example.org' }, path)).toBe(403);
      expect(await status(address, 'GET', { host, origin: 'null' }, path)).toBe(403);
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect(await status(address, method, { host })).toBe(405);
    for (const path of [
      '/arithmetic.json5',
      '/../arithmetic.json5',
      '/..%2farithmetic.json5',
      '/runs/',
      '//',
      '/?',
      '/run.json',
    ])
      expect(await status(address, 'GET', { host }, path)).toBe(404);
  });

  test.each([['out'], ['figures']])('writes no files: with --%s it is one clear message', async (option) => {
    const project = makeProject(arithmeticProject());
    opened.push({ project, ends: [] });
    await project.run(['arithmetic.json5']);
    const { exitCode, stderr, stdout } = await project.run(['report', 'latest', '--watch', `--${option}`, 'a.html']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toBe(`error: --watch serves a page, and --${option} writes files\nhint: Leave out one of them.\n`);
  });
});
