// The runner beside wireit, Snakemake and DVC: npm run bench runner [megabytes=1024] [rounds=5]
//
// One chain of nine stages, each of which makes a file of the file before, together that many megabytes, is made by each
// tool in a folder of its own. Then nothing is to be done, and each is asked in turn to do it: medians of the seconds, and
// bytes read. Of ours alone: planning 1,000 and 10,000 stages that never ran, and taking all results from the store after
// the records of runs are gone. Snakemake and DVC come from PyPI into node_modules/.cache/shrinknas, wireit from npm.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { removeTree } from '../src/disk/files.ts';
import { programsOf, PythonError } from './peers/python.ts';
import { dvcChain, length, linkPackages, manyStages, ourChain, snakemakeChain, wireitChain } from './runner/chain.ts';
import { CommandError, measure, type Measured } from './runner/measured.ts';
import { interleave } from './support/interleave.ts';
import { median } from './support/statistics.ts';

const settings = { megabytes: 1024, rounds: 5 };
for (const word of process.argv.slice(2)) {
  const [, name, value] = /^(megabytes|rounds)=(\d+)$/.exec(word) ?? [];
  if (!name) {
    console.error(`"${word}" is none of megabytes=NUMBER, rounds=NUMBER.`);
    process.exit(2);
  }
  settings[name as keyof typeof settings] = Number(value);
}
const bytes = Math.floor((settings.megabytes * 2 ** 20) / length);
const root = mkdtempSync(path.join(tmpdir(), 'shrinknas-runner-'));
const folderOf = (name: string): string => {
  const folder = path.join(root, name);
  mkdirSync(folder, { recursive: true });
  return folder;
};

try {
  const programs =
    process.env.SHRINKNAS_RUNNER_PEERS
    || programsOf({
      name: 'runner-peers',
      packages: ['snakemake==9.27.1', 'dvc==3.67.1'],
      instead: 'SHRINKNAS_RUNNER_PEERS to the folder of their programs',
    });
  const cli = `${process.execPath} ${path.resolve('bin/shrinknas.js')}`;
  const ours = folderOf('ours');
  linkPackages(ours);
  const chain = ourChain(ours, bytes);
  wireitChain(folderOf('wireit'), bytes);
  snakemakeChain(folderOf('snakemake'), bytes);
  dvcChain(folderOf('dvc'), bytes, path.join(programs, 'dvc'));
  const commands: Record<string, string> = {
    ours: `${cli} run ${chain}`,
    wireit: `npm run --silent s${length}`,
    snakemake: `${path.join(programs, 'snakemake')} --cores 1 --quiet`,
    dvc: `${path.join(programs, 'dvc')} repro --quiet`,
  };
  console.log(`${cpus().length} cores of ${cpus()[0].model}; ${length} stages, ${settings.megabytes} MB`);
  for (const [name, command] of Object.entries(commands)) {
    console.log(`  made by ${name.padEnd(10)} ${measure(command, folderOf(name)).seconds.toFixed(1)} s`);
  }

  const last: Record<string, Measured> = {};
  const seconds = await interleave(
    Object.fromEntries(
      Object.entries(commands).map(([name, command]) => [
        name,
        () => (last[name] = measure(command, folderOf(name))).seconds,
      ]),
    ),
    settings.rounds,
  );
  console.log(`nothing to do, medians of ${settings.rounds}:`);
  for (const name of Object.keys(commands)) {
    const ratio = median(seconds[name].map((time, i) => time / seconds.ours[i]));
    console.log(
      `  ${name.padEnd(10)} ${median(seconds[name]).toFixed(2)} s, ${ratio.toFixed(2)} times ours; `
        + `${megabytes(last[name].bytesRead)} read`,
    );
  }

  const restored: number[] = [];
  for (let round = 0; round < settings.rounds; round++) {
    for (const gone of ['records', 'latest']) removeTree(path.join(ours, 'runs', gone));
    restored.push(measure(commands.ours, ours).seconds);
  }
  console.log(`all from the store: ${median(restored).toFixed(2)} s, medians of ${settings.rounds}`);
  for (const count of [1000, 10_000]) {
    const file = manyStages(ours, count);
    const planned = Array.from({ length: settings.rounds }, () => measure(`${cli} plan ${file}`, ours).seconds);
    console.log(`planning ${count} stages: ${median(planned).toFixed(2)} s, median of ${settings.rounds}`);
  }
} catch (error) {
  if (!(error instanceof CommandError || error instanceof PythonError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
} finally {
  rmSync(root, { recursive: true, force: true });
}

function megabytes(count: number | undefined): string {
  return count === undefined ? 'unknown' : `${(count / 2 ** 20).toFixed(1)} MB`;
}
