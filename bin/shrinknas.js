#!/usr/bin/env node
// Starts the bundled program; in a checkout, rebuilds it first when a source is newer than the bundle.
import { existsSync, readFileSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const bundle = path.join(root, 'dist/cli.mjs');
const sources = path.join(root, 'src');
const buildScript = path.join(root, 'scripts/build.js');

const major = Number(process.versions.node.split('.')[0]);
if (major < 20 || major >= 23) {
  console.error(`shrinknas needs Node.js 20, 21 or 22, and this is ${process.version}: install Node.js 22 (https://nodejs.org).`);
  process.exit(2);
}

// An installed package has its sources too, but its bundle belongs to them, whatever the times of unpacking say.
const isCheckout = !root.split(path.sep).includes('node_modules') && existsSync(sources) && existsSync(buildScript);
if (isCheckout && isStale()) {
  // Taken before the build: a file that is saved while it runs must still look newer than the bundle.
  const started = new Date();
  try {
    await import('../scripts/build.js');
  } catch (error) {
    console.error(`shrinknas could not be built from ${sources}: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
  utimesSync(bundle, started, started);
}

const { main } = await import('../dist/cli.mjs');
process.exitCode = await main(process.argv.slice(2));

function isStale() {
  const built = statSync(bundle, { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined || statSync(buildScript).mtimeMs > built) return true;
  // Not as old as the bundle: newer, or no longer there.
  const isAsOld = (file) => statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs <= built;
  return !sourcesOfBundle().every(isAsOld);
}

/** A file that is not named is not in the bundle; where nothing tells, one that is not there makes it stale. */
function sourcesOfBundle() {
  try {
    return JSON.parse(readFileSync(path.join(root, 'dist/sources.json'), 'utf8'));
  } catch {
    return ['dist/sources.json'];
  }
}
