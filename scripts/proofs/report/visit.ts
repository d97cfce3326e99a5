import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Faults } from '../support/faults.ts';
import { isAllUnpacked, openAll, readParts, type ShownPart } from './in-page.js';

/** What Chromium says when the command that serves a page has ended. */
const endOfServer = /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/;

/**
 * Opens a page and hands it on. A fault is whatever it asks for beside its own address, whatever the policy had to forbid, errors
 * of its script, and dialogs.
 * @param options `allowed`: addresses that it may ask for, beside its own; `tried`: a script of the proof asks for something, and what the
 * policy says of that is no fault
 */
export async function visit(
  browser: Browser,
  address: string,
  faults: Faults,
  look: (page: Page) => Promise<void>,
  options: BrowserContextOptions & { allowed?: RegExp; tried?: boolean } = {},
): Promise<void> {
  const { allowed, tried, ...context } = options;
  const opened = await browser.newContext({ acceptDownloads: true, ...context });
  try {
    const page = await opened.newPage();
    const isAllowed = (url: string) => url === address || url.startsWith('blob:') || allowed?.test(url);
    opened.on('request', (request) => {
      if (!tried && !isAllowed(request.url())) faults.add(`${address} asks for ${request.url()}`);
    });
    page.on('pageerror', (error) => faults.add(`${address}: ${error.message}`));
    page.on('console', (message) => {
      const text = message.text();
      const isExpected = endOfServer.test(text) || (tried && /Content Security Policy|violates/.test(text));
      if (message.type() === 'error' && !isExpected) faults.add(`${address}: ${text}`);
    });
    page.on('dialog', (dialog) => {
      faults.add(`${address} shows a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(address, { waitUntil: 'load' });
    await look(page);
  } finally {
    await opened.close();
  }
}

/** All parts of the page, with their tables opened as a reader opens them. */
export async function partsOf(page: Page): Promise<ShownPart[]> {
  await page.evaluate(openAll);
  await page.waitForFunction(isAllUnpacked);
  return page.evaluate(readParts);
}
