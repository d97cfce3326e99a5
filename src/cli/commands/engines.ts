import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ExitCode } from '../../runner/diagnostic.ts';
import { bundledProgram } from '../../runner/package-root.ts';
import type { Command } from '../command.ts';
import { drawTable } from '../render/table.ts';

interface EngineLine {
  name: string;
  versions?: { training: string; decoding: string };
  isa?: string;
  threads?: number;
  loads: boolean;
  why?: string;
  gigaflops?: number;
}

export const command: Command = async ({ options, console }) => {
  // A process of its own, so that no engine is ever loaded into this one.
  const { stdout } = await promisify(execFile)(process.execPath, [bundledProgram('engines'), '--all']);
  const engines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as EngineLine);
  const used = engines.find(({ loads }) => loads);
  if (options.json) {
    console.out(`${JSON.stringify(engines, null, 2)}\n`);
    return ExitCode.ok;
  }
  const rows = engines.map(({ name, versions, isa, threads, gigaflops, why }) => [
    name,
    drawVersions(versions),
    isa ?? '',
    threads === undefined ? '' : String(threads),
    gigaflops === undefined ? '' : `${gigaflops.toFixed(1)} GFLOP/s`,
    why ?? (name === used?.name ? 'used unless told otherwise' : ''),
  ]);
  console.out(`${drawTable([['ENGINE', 'VERSION', 'ISA', 'THREADS', 'PRODUCTS', ''], ...rows])}\n`);
  return ExitCode.ok;
};

/** One where both are the same. */
function drawVersions(versions: EngineLine['versions']): string {
  if (versions === undefined) return '';
  const { training, decoding } = versions;
  return training === decoding ? training : `training ${training}, decoding ${decoding}`;
}
