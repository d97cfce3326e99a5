import { execFileSync, spawnSync } from 'node:child_process';
import { chromium, type Browser } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** Chromium of this machine: SHRINKNAS_CHROMIUM, or one on the path, or Debian's, where it can be installed. */
export async function launchBrowser(): Promise<Browser> {
  const isRoot = process.getuid?.() === 0;
  if (programOf() === undefined && isRoot && spawnSync('apt-get', ['--version']).status === 0) {
    console.log('Installing Debian’s chromium …');
    execFileSync('apt-get', ['install', '--yes', '--quiet', '--no-install-recommends', 'chromium'], {
      stdio: 'inherit',
    });
  }
  const executablePath = programOf();
  if (executablePath === undefined)
    throw new Error('There is no Chromium. Install it (apt-get install chromium), or set SHRINKNAS_CHROMIUM to one.');
  // Chromium's sandbox does not work for root.
  return chromium.launch({ executablePath, chromiumSandbox: !isRoot });
}

function programOf(): string | undefined {
  if (process.env.SHRINKNAS_CHROMIUM) return process.env.SHRINKNAS_CHROMIUM;
  const found = spawnSync('which', names, { encoding: 'utf8' }).stdout ?? '';
  return found.split('\n').find((line) => line !== '');
}
