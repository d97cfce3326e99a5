import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { arithmeticProject } from '../support/arithmetic.ts';
import { makeProject } from '../support/project.ts';
import type { TestProject } from '../support/project.ts';

let project: TestProject;
beforeEach(() => {
  project = makeProject(arithmeticProject());
});
afterEach(() => project.remove());

test('a stage that was interrupted is not said to have never been reached', async () => {
  const { process: runner, result } = project.start(['arithmetic.json5', 'scale.trouble=wait']);
  runner.stderr!.on('data', (text: string) => void (text.includes('scale: started') && runner.kill('SIGINT')));
  const { exitCode, stderr } = await result;
  expect(exitCode).toBe(130);
  expect(stderr).toMatch(/^scale: interrupted$/m);
  expect(stderr).toMatch(/^total: not reached: /m);
});

test('a run is running while its runner lives, and interrupted when that was killed', async () => {
  const { process: runner, result } = project.start(['arithmetic.json5', 'scale.trouble=wait']);
  await new Promise<void>((resolve) => {
    runner.stderr!.on('data', (text: string) => void (text.includes('scale: started') && resolve()));
  });
  const statusOf = async () =>
    JSON.parse((await project.run(['runs', '--json'])).stdout).map(({ status }: { status: string }) => status);
  expect(await statusOf()).toEqual(['running']);
  runner.kill('SIGKILL');
  await result;
  expect(await statusOf()).toEqual(['interrupted']);
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  'a stage that computes without a pause saves its progress at %s, ends soon, and goes on from there',
  async (signal) => {
    const { process: runner, result } = project.start(['arithmetic.json5', 'scale.trouble=busy']);
    let signalled = 0;
    runner.stderr!.on('data', (text: string) => {
      if (!text.includes('scale: started')) return;
      setTimeout(() => {
        signalled = Date.now();
        runner.kill(signal);
      }, 1000);
    });
    const { exitCode } = await result;
    expect(exitCode).toBe(signal === 'SIGINT' ? 130 : 143);
    expect(Date.now() - signalled).toBeLessThan(5000);
    const again = await project.run(['arithmetic.json5', 'scale.trouble=busy']);
    expect(again.exitCode).toBe(0);
    expect(again.stderr).toMatch(/scale: resuming after [1-9]\d*$/m);
  },
);
