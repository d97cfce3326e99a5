/**
 * Proof: reports in real Chromium. npm run prove report [updates=250] [tiny=0] [paint=2000]
 *
 * A quick start with that many updates of each training of the supernet (with tiny=1, the tiny one of the tests) is followed by
 * `report --watch`, killed on its way and taken up again. Of its page, figures are those of the artifacts, charts have a mark for each row of their
 * data, no request leaves it, axe-core finds nothing serious, and its print is left as a PDF to look at. A run with hostile text
 * injects nothing. A page of 200 stages and 20,000 sentences is painted first within that many milliseconds.
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { packageRoot } from '../../src/runner/package-root.ts';
import { makeProject } from '../../test/support/project.ts';
import { tinyQuickstart } from '../../test/support/tiny-quickstart.ts';
import { launchBrowser } from './report/browser.ts';
import { hostileProject } from './report/hostile.ts';
import { axeViolations, firstPaint, injectedMarkup, reachable } from './report/in-page.js';
import { largePage } from './report/large.ts';
import { compareNumbers, comparePoints } from './report/numbers.ts';
import { partsOf, visit } from './report/visit.ts';
import { followRun } from './report/watched.ts';
import { Faults } from './support/faults.ts';
import { numbersOf } from './support/options.ts';

const options = numbersOf({ updates: 250, tiny: 0, paint: 2000 });
const faults = new Faults();
const folder = mkdtempSync(path.join(tmpdir(), 'shrinknas-report-'));
const browser = await launchBrowser();
console.log(`Chromium ${browser.version()}`);
const base = options.tiny ? (JSON.parse(tinyQuickstart()) as { params: object }) : { extends: 'quickstart.json5' };
const pipeline = JSON.stringify({
  ...base,
  params: { ...('params' in base ? base.params : {}), updates: options.updates },
});
const project = makeProject({
  'stages/README.md': '',
  'schemas/README.md': '',
  'pipelines/shown.json5': pipeline,
  'pipelines/quickstart.json5': readFileSync(path.join(packageRoot, 'pipelines/quickstart.json5'), 'utf8'),
});
const hostile = makeProject(hostileProject());

try {
  await followRun(browser, project, 'pipelines/shown.json5', faults);

  const report = await project.run(['report', 'pipelines/shown.json5', '--out', 'report.html']);
  if (report.exitCode !== 0) faults.add(`report ended with ${report.exitCode}: ${report.stderr}`);
  const address = pathToFileURL(path.join(project.folder, 'report.html')).href;
  await visit(browser, address, faults, async (page) => {
    const parts = await partsOf(page);
    const numbers = compareNumbers(parts, project, 'quickstart', faults);
    console.log(
      `${parts.length} parts: ${numbers} figures as in the artifacts, ${comparePoints(parts, faults)} points as in the data`,
    );
  });
  await visit(browser, address, faults, checkThatItReachesNobody, { tried: true });
  // As people have it: by day and by night, on a desk and in a hand.
  for (const scheme of ['light', 'dark'] as const)
    for (const viewport of [
      { width: 1280, height: 900 },
      { width: 390, height: 844 },
    ])
      await visit(browser, address, faults, checkAccessibility, { colorScheme: scheme, viewport, bypassCSP: true });
  await visit(browser, address, faults, async (page) => {
    const pdf = await page.pdf({ format: 'A4', path: path.join(folder, 'report.pdf') });
    const pages = pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;
    const figures = await page.locator('.chart-part, .diagram-part').count();
    console.log(`print: ${pages} pages for ${figures} figures: ${path.join(folder, 'report.pdf')}`);
    if (pages < figures) faults.add(`print has ${pages} pages for ${figures} figures, which have one each`);
  });

  await hostile.run(['arithmetic.json5']);
  await hostile.run(['report', 'latest', '--out', 'report.html']);
  await visit(browser, pathToFileURL(path.join(hostile.folder, 'report.html')).href, faults, async (page) => {
    const parts = await partsOf(page);
    await page.locator('input[type=search]').fill('<');
    await page.locator('.passages select').selectOption({ index: 1 });
    await page.locator('.passages output', { hasText: ' of ' }).waitFor();
    const injected = await page.evaluate(injectedMarkup);
    if (injected.elements > 0 || injected.scripts !== 1 || injected.hit)
      faults.add(`hostile text became markup: ${JSON.stringify(injected)}`);
    if (!parts.some(({ title }) => title.includes('<img'))) faults.add('hostile text is not shown as it is');
    console.log(`hostile text: ${parts.length} parts, nothing injected`);
  });

  writeFileSync(path.join(folder, 'large.html'), largePage());
  await visit(browser, pathToFileURL(path.join(folder, 'large.html')).href, faults, async (page) => {
    const paint = await page.evaluate(firstPaint);
    const { length } = readFileSync(path.join(folder, 'large.html'));
    console.log(
      `200 stages, 20,000 sentences: ${(length / 1e6).toFixed(2)} MB, first paint after ${paint.toFixed(0)} ms`,
    );
    if (paint > options.paint) faults.add(`first paint after ${paint.toFixed(0)} ms`);
    await page.locator('input[type=search]').fill('sentence 19999 ');
    await page.locator('.passages output', { hasText: '1 of 20,000' }).waitFor();
  });
} finally {
  await browser.close();
  project.remove();
  hostile.remove();
}
faults.conclude('a report shows what was made, follows runs, and gives nothing away');

/** The policy of the page forbids what its script does not even try. */
async function checkThatItReachesNobody(page: Page): Promise<void> {
  const reached = await page.evaluate(reachable, ['data:text/plain,x', pathToFileURL(path.join(folder, 'x')).href]);
  if (reached > 0) faults.add('the policy of the page lets requests out');
}

/** No fault of axe-core's that is serious or critical. */
async function checkAccessibility(page: Page): Promise<void> {
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  const violations = await page.evaluate(axeViolations);
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  serious.forEach(({ id, count, example, why }) => faults.add(`axe-core: ${id}, ${count} times: ${example}\n${why}`));
  console.log(
    `axe-core: ${serious.length} serious faults${violations.length > serious.length ? `, others: ${violations.map(({ id }) => id).join(', ')}` : ''}`,
  );
}
