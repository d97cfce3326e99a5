import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Stages of the chain; each makes a file of `bytes` of the file before. */
export const length = 9;

/** The work of a stage, as a program for the peers: `grow.mjs FROM TO BYTES`; FROM may be empty. */
const grow = `import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';

export function grow(from, to, bytes) {
  let block = createHash('sha256').update(from === '' ? 'seed' : readFileSync(from)).digest();
  const line = Buffer.alloc(1 << 20);
  for (let at = 0; at < line.length; at += block.length) {
    block = createHash('sha256').update(block).digest();
    block.copy(line, at);
  }
  mkdirSync(path.dirname(to), { recursive: true });
  const file = openSync(to, 'w');
  for (let left = bytes; left > 0; left -= line.length) writeSync(file, line, 0, Math.min(left, line.length));
  closeSync(file);
}

if (process.argv[1]?.endsWith('grow.mjs')) grow(process.argv[2], process.argv[3], Number(process.argv[4]));
`;

const stages = Array.from({ length }, (_, i) => i + 1);

/** The chain as a project of ours. */
export function ourChain(folder: string, bytes: number): string {
  const write = writer(folder);
  write('package.json', JSON.stringify({ name: 'chain', type: 'module' }));
  write('stages/grow.mjs', grow);
  write(
    'stages/grow.ts',
    `import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { grow } from './grow.mjs';

export default ({ inputs, outputs, params }) => {
  grow(inputs.file === undefined ? '' : path.join(inputs.file, 'data.bin'), path.join(outputs.file, 'data.bin'), params.bytes);
  writeFileSync(path.join(outputs.file, 'blob.json'), JSON.stringify({ bytes: params.bytes }));
};
`,
  );
  write(
    'schemas/stages/grow.json',
    JSON.stringify({
      name: 'grow',
      description: 'Makes a file of another.',
      inputs: { file: { artifact: 'blob', description: 'The file before.', optional: true } },
      outputs: { file: { artifact: 'blob', description: 'The next file.' } },
      params: {
        type: 'object',
        additionalProperties: false,
        properties: {
          bytes: { type: 'integer', description: 'Of the file.' },
          turn: { type: 'integer', description: 'Makes stages differ.', default: 0 },
        },
      },
    }),
  );
  write(
    'schemas/artifacts/blob.schema.json',
    JSON.stringify({
      title: 'blob',
      description: 'A file.',
      type: 'object',
      properties: { bytes: { type: 'integer', description: 'Of the file.' } },
      required: ['bytes'],
      payload: { 'data.bin': 'bytes' },
    }),
  );
  write(
    'pipelines/chain.json5',
    JSON.stringify({
      name: 'chain',
      stages: Object.fromEntries(
        stages.map((i) => [
          `s${i}`,
          { uses: 'grow', with: { bytes }, ...(i === 1 ? {} : { in: { file: `s${i - 1}` } }) },
        ]),
      ),
    }),
  );
  return 'pipelines/chain.json5';
}

/** As many stages in chains of ten, by a matrix. */
export function manyStages(folder: string, count: number): string {
  const file = `pipelines/many-${count}.json5`;
  const chain = Array.from({ length: 10 }, (_, i) => i);
  writer(folder)(
    file,
    JSON.stringify({
      name: `many-${count}`,
      params: { turn: 0 },
      matrix: { turn: Array.from({ length: count / chain.length }, (_, i) => i) },
      stages: Object.fromEntries(
        chain.map((i) => [
          `s${i}`,
          {
            uses: 'grow',
            with: { bytes: 1, turn: '${params.turn}' },
            ...(i === 0 ? {} : { in: { file: `s${i - 1}` } }),
          },
        ]),
      ),
    }),
  );
  return file;
}

const output = (i: number): string => (i === 0 ? '' : `out/s${i}.bin`);
const command = (i: number, bytes: number): string => `node grow.mjs "${output(i - 1)}" ${output(i)} ${bytes}`;

/** The chain as a package of scripts that wireit runs. */
export function wireitChain(folder: string, bytes: number): void {
  const write = writer(folder);
  write('grow.mjs', grow);
  write(
    'package.json',
    JSON.stringify({
      name: 'chain',
      type: 'module',
      scripts: Object.fromEntries(stages.map((i) => [`s${i}`, 'wireit'])),
      wireit: Object.fromEntries(
        stages.map((i) => [
          `s${i}`,
          {
            command: command(i, bytes),
            files: ['grow.mjs'],
            output: [output(i)],
            ...(i === 1 ? {} : { dependencies: [`s${i - 1}`] }),
          },
        ]),
      ),
    }),
  );
  execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', 'wireit@0.14.13'], {
    cwd: folder,
    stdio: 'inherit',
  });
}

/** The chain as rules of Snakemake. */
export function snakemakeChain(folder: string, bytes: number): void {
  const write = writer(folder);
  write('grow.mjs', grow);
  const rules = stages.map((i) =>
    [
      `rule s${i}:`,
      ...(i === 1 ? [] : [`    input: "${output(i - 1)}"`]),
      `    output: "${output(i)}"`,
      `    shell: '${command(i, bytes)}'`,
    ].join('\n'),
  );
  write('Snakefile', `rule all:\n    input: "${output(length)}"\n\n${rules.join('\n\n')}\n`);
}

/** The chain as stages of DVC. */
export function dvcChain(folder: string, bytes: number, dvc: string): void {
  const write = writer(folder);
  write('grow.mjs', grow);
  const entries = stages.map((i) =>
    [
      `  s${i}:`,
      `    cmd: ${command(i, bytes)}`,
      '    deps:',
      ...['grow.mjs', ...(i === 1 ? [] : [output(i - 1)])].map((file) => `      - ${file}`),
      '    outs:',
      `      - ${output(i)}`,
    ].join('\n'),
  );
  write('dvc.yaml', `stages:\n${entries.join('\n')}\n`);
  execFileSync(dvc, ['init', '--no-scm', '--quiet'], { cwd: folder, stdio: 'inherit' });
  execFileSync(dvc, ['config', 'core.analytics', 'false'], { cwd: folder, stdio: 'inherit' });
}

/** Ours looks for stages and packages in the project. */
export function linkPackages(folder: string): void {
  const link = path.join(folder, 'node_modules');
  rmSync(link, { force: true });
  symlinkSync(path.resolve('node_modules'), link);
}

function writer(folder: string): (file: string, text: string) => void {
  return (file, text) => {
    const absolute = path.join(folder, file);
    mkdirSync(path.dirname(absolute), { recursive: true });
    writeFileSync(absolute, text);
  };
}
