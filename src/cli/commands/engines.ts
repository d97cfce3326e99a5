import { execFile } from 'node:child_process';
import { cpus, release } from 'node:os';
import { promisify } from 'node:util';
import { ExitCode } from '../../runner/diagnostic.ts';
import { askNvidia } from '../../runner/execute/machine/gpus.ts';
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

/** What `--check` finds; errors are largest distances from double precision, relative to the largest number. */
interface CheckedEngine extends EngineLine {
  product?: number;
  gradient?: number;
}

/** Single precision rounds at 6e-8; sums of a hundred products are a few times as far off. */
const largestError = 1e-5;

export const command: Command = async (context) =>
  context.options.check === undefined ? await list(context) : await check(context);

const check: Command = async ({ options, console }) => {
  const [engine] = await probe<CheckedEngine>('--check', options.check!);
  const { name, loads, why, versions, isa, threads, gigaflops, product, gradient } = engine;
  const gpus = await askNvidia(['name', 'driver_version', 'memory.total']);
  const isRight = [product, gradient].every((error) => error !== undefined && error <= largestError);
  const drawError = (error?: number) => (error === undefined ? undefined : `off by ${error.toExponential(1)} at most`);
  const lines: [string, string | undefined][] = [
    ['engine', loads ? `${name} ${drawVersions(versions)}` : `${name} does not load: ${why}`],
    ['instruction set', isa],
    ['threads', threads?.toString()],
    ['product', drawError(product)],
    ['gradient', drawError(gradient)],
    ['speed', gigaflops === undefined ? undefined : `${gigaflops.toFixed(1)} GFLOP/s`],
    [
      'verdict',
      !loads ? undefined : isRight ? 'computes as it should' : `more than ${largestError} off: it is not to be used`,
    ],
    ['processor', `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`],
    ['graphics', gpus.map((gpu) => gpu.join(', ')).join('; ') || 'none that nvidia-smi knows of'],
    ['system', `${process.platform} ${release()} ${process.arch}, Node ${process.versions.node}`],
  ];
  const shown = lines.filter((line): line is [string, string] => line[1] !== undefined);
  console.out(options.json ? `${JSON.stringify(engine, null, 2)}\n` : `${drawTable(shown)}\n`);
  return loads && isRight ? ExitCode.ok : ExitCode.failed;
};

/** A process of its own, so that no engine is ever loaded into this one. */
async function probe<Line>(...words: string[]): Promise<Line[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [bundledProgram('engines'), ...words]);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

const list: Command = async ({ options, console }) => {
  const engines = await probe<EngineLine>('--all');
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
