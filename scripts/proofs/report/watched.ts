import { once } from 'node:events';
import type { Browser } from 'playwright-core';
import { killTree } from '../../../test/support/kill-tree.ts';
import type { TestProject } from '../../../test/support/project.ts';
import type { Faults } from '../support/faults.ts';
import { isOpen, setOpen } from './in-page.js';
import { partsOf, visit } from './visit.ts';

/** Milliseconds that a run may take to show something new, on a machine that is busy with it. */
const patience = 600_000;

/**
 * Looks at a run by `report --watch` from its first stage on, kills it when a stage at work is shown with its figures, takes it up again, and
 * leaves when the page says that it succeeded.
 */
export async function followRun(browser: Browser, project: TestProject, file: string, faults: Faults): Promise<void> {
  const first = project.start([file]);
  while (!(await project.run(['runs'])).stdout.includes('running')) if (first.process.exitCode !== null) break;
  const watching = project.start(['report', file, '--watch']);
  const [line] = (await once(watching.process.stdout!, 'data')) as [string];
  const address = line.trim();
  await visit(
    browser,
    address,
    faults,
    async (page) => {
      page.setDefaultTimeout(patience);
      const subtitle = page.locator('header p');
      const running = await subtitle.textContent();
      if (!running?.includes('(running)')) faults.add(`the page of a run that goes on says "${running}"`);
      await page.locator('.live', { hasText: 'follows' }).waitFor();
      // What a reader opened has to stay open.
      const settings = page.locator('#settings details.data');
      await settings.evaluate(setOpen);
      await page.locator('h2', { hasText: 'So far' }).waitFor();
      console.log(`watched: ${(await page.locator('#chapter-so-far h3').allTextContents()).join(', ')}`);
      if (!(await settings.evaluate(isOpen))) faults.add('what was opened on a live page is closed after an update');
      killTree(first.process.pid!);
      await first.result;
      await page.locator('header p', { hasText: '(interrupted)' }).waitFor();
      console.log('watched: the run was killed, and the page says so');
      const second = project.start([file]);
      const ended = second.result;
      await page.locator('header p', { hasText: /^[^()]+$/ }).waitFor();
      const { exitCode, stderr } = await ended;
      if (exitCode !== 0) faults.add(`the run ended with ${exitCode}: ${stderr}`);
      const outcomes = await page.locator('#pipeline td:nth-child(4)').allTextContents();
      const open = outcomes.filter((outcome) => !['ran', 'restored', 'fresh'].includes(outcome));
      if (open.length > 0 || outcomes.length === 0)
        faults.add(`at the end the page shows stages as ${open.join(', ')}`);
      console.log(`watched: the run was taken up again and ended, ${outcomes.length} stages`);
      const live = JSON.stringify(await partsOf(page));
      await page.reload({ waitUntil: 'load' });
      if (JSON.stringify(await partsOf(page)) !== live) faults.add('a page that is opened again shows something else');
      watching.process.kill('SIGINT');
      const { exitCode: left } = await watching.result;
      if (left !== 0) faults.add(`--watch ended with ${left} after Ctrl-C`);
      await page.locator('.live', { hasText: 'Not live' }).waitFor();
    },
    { allowed: new RegExp(`^${address}(events)?$`) },
  );
}
