import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { externalPackages } from '../../scripts/bundling.js';
import { Peer } from '../peers/peer.ts';
import { messageOf } from '../peers/protocol.ts';
import type { UpdateAnswer } from '../peers/supernet.ts';
import type { Options } from '../support/arguments.ts';
import { corpusOf } from '../support/corpus.ts';
import { median } from '../support/statistics.ts';

/** Updates of a turn: subnets differ in size, so one says little. */
const updatesOfTurn = 4;

/**
 * Updates of the paper's supernet on a corpus's batches of 4,096 tokens, by this version and by that of another checkout, in
 * turn: the same subnets on the same batches. Both run the benchmark's own program, bundled with either's sources.
 */
export async function compareVersions({ threads, rounds, data, before }: Options): Promise<void> {
  if (!before || !existsSync(data)) {
    console.log(
      'versions: skipped, it needs before=FOLDER, another checkout with its packages installed, and data=FOLDER, a corpus',
    );
    return;
  }
  const corpus = await corpusOf(data);
  for (const count of threads) {
    const programs = { before: await programOf(path.resolve(before)), now: await programOf(process.cwd()) };
    const peers = {
      before: Peer.bundle(programs.before, nativeOf(path.resolve(before))),
      now: Peer.bundle(programs.now, nativeOf(process.cwd())),
    };
    try {
      const request = { types: corpus.types, threads: count };
      const { version: old } = await peers.before.ask<{ version: string }>(request);
      const { version } = await peers.now.ask<{ version: string }>(request);
      const ratios: number[] = [];
      const seconds: number[] = [];
      const gaps: number[] = [];
      // The first turn is not counted.
      for (let turn = 0; turn <= rounds; turn++) {
        const total = { before: 0, now: 0 };
        for (let i = 0; i < updatesOfTurn; i++) {
          const message = { batch: messageOf(corpus.next()) };
          const answers = {
            before: await peers.before.ask<UpdateAnswer>(message),
            now: await peers.now.ask<UpdateAnswer>(message),
          };
          total.before += answers.before.seconds;
          total.now += answers.now.seconds;
          gaps.push(Math.abs(answers.before.loss - answers.now.loss));
        }
        if (turn === 0) continue;
        ratios.push(total.now / total.before);
        seconds.push(total.now / updatesOfTurn);
      }
      console.log(
        `supernet updates, ${count} thread(s), native ${version} over ${old}, medians of ${rounds}: `
          + `${median(seconds).toFixed(2)} s an update, ${median(ratios).toFixed(2)} of the time before `
          + `(${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}); losses differ by at most `
          + Math.max(...gaps).toExponential(1),
      );
    } finally {
      for (const peer of Object.values(peers)) await peer.end();
      for (const program of Object.values(programs)) rmSync(program, { force: true });
    }
  }
}

/** The program with the sources of a checkout, bundled where its packages are found. */
async function programOf(checkout: string): Promise<string> {
  const folder = path.join(checkout, 'node_modules/.cache/shrinknas/programs');
  mkdirSync(folder, { recursive: true });
  const outfile = path.join(folder, `supernet-${process.pid}.mjs`);
  await build({
    entryPoints: ['bench/peers/supernet.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
    plugins: [externalPackages(), sourcesOf(checkout)],
  });
  return outfile;
}

/** Imports of `src/` by files of the benchmark lead to another checkout's. */
function sourcesOf(checkout: string): Plugin {
  return {
    name: 'sources-of',
    setup(build) {
      build.onResolve({ filter: /\/src\// }, ({ path: imported }) => ({
        path: path.join(checkout, imported.slice(imported.indexOf('src/'))),
      }));
    },
  };
}

function nativeOf(checkout: string): Record<string, string> {
  return { SHRINKNAS_NATIVE: path.join(checkout, 'dist/native') };
}
