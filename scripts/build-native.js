// Compiles the native engine, once for each instruction set, into dist/native/, and writes beside each library what it
// was compiled from. Runs at install; on the command line, instruction sets can be named that alone are wanted. Without
// a C compiler it says so in one line and succeeds: the engine `wasm` then takes its place.
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const sources = path.join(root, 'native');
/** Where the engine looks for it, too. */
const target = process.env.SHRINKNAS_NATIVE ?? path.join(root, 'dist/native');

/** Flags by instruction set, for the processors of this kind. */
const variants = {
  x64: {
    portable: ['-DSN_ISA_PORTABLE'],
    avx2: ['-DSN_ISA_AVX2', '-mavx2', '-mfma'],
    avx512: ['-DSN_ISA_AVX512', '-mavx512f', '-mavx512dq', '-mavx512bw', '-mavx512vl', '-mfma'],
  },
  arm64: { portable: ['-DSN_ISA_PORTABLE'], neon: ['-DSN_ISA_NEON'] },
}[process.arch] ?? { portable: ['-DSN_ISA_PORTABLE'] };

// Contraction to fused multiply-adds is allowed, reordering is not: results must not depend on the
// compiler's taste more than they have to.
const flags = [
  '-std=c11',
  '-O3',
  '-fPIC',
  '-fvisibility=hidden',
  '-fno-math-errno',
  '-ffp-contract=fast',
  '-pthread',
  ...(process.env.CFLAGS?.split(' ') ?? []),
];

const run = promisify(execFile);
const wanted = process.argv.slice(2);

const compiler = findCompiler();
if (process.platform === 'win32') {
  console.log('shrinknas: the native engine is for Linux and macOS; the engine "wasm" is used here.');
} else if (!compiler) {
  console.log(
    'shrinknas: no C compiler was found (CC, cc, gcc, clang), so the engine "wasm" is used instead of "native". '
      + 'With one: npm run install',
  );
} else {
  await build(compiler);
}

async function build(compiler) {
  const names = readdirSync(sources);
  const files = [...names.map((name) => path.join(sources, name)), fileURLToPath(import.meta.url)];
  const newest = Math.max(...files.map((file) => statSync(file).mtimeMs));
  const modules = names.filter((name) => name.endsWith('.c')).sort();
  const uses = JSON.parse(readFileSync(path.join(sources, 'uses.json'), 'utf8'));
  const inTurn = turns(availableParallelism());
  mkdirSync(target, { recursive: true });
  const chosen = Object.entries(variants).filter(([isa]) => wanted.length === 0 || wanted.includes(isa));
  await Promise.all(
    chosen.map(async ([isa, options]) => {
      const file = path.join(target, `shrinknas-${isa}${process.platform === 'darwin' ? '.dylib' : '.so'}`);
      const digests = `${file}.json`;
      if ([file, digests].every((made) => existsSync(made) && statSync(made).mtimeMs > newest)) return;
      const folder = mkdtempSync(path.join(target, `${isa}-`));
      const object = (name) => path.join(folder, `${name}.o`);
      try {
        // In the folder of the sources: no path may get into the objects, whose digests must be the same in any folder.
        const compile = (name) =>
          run(compiler, [...flags, ...options, '-c', name, '-o', object(name)], { cwd: sources });
        await Promise.all(modules.map((name) => inTurn(() => compile(name))));
        const [draft, description] = ['library', 'digests'].map((name) => path.join(folder, name));
        await inTurn(() =>
          run(compiler, [...flags, ...options, '-shared', '-o', draft, ...modules.map(object), '-lm']),
        );
        writeFileSync(description, `${JSON.stringify(digestsOf(draft, modules, object, uses), null, 2)}\n`);
        renameSync(draft, file);
        renameSync(description, digests);
      } catch (error) {
        const [why] = String(error.stderr || error.message)
          .trim()
          .split('\n');
        console.log(`shrinknas: the native engine did not compile for ${isa}, the next best is used: ${why}`);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }),
  );
}

/**
 * What versions are made of: for training and for decoding, the digest of the objects that serve it. The library's own
 * digest says of which library that is true.
 */
function digestsOf(library, modules, object, uses) {
  const digest = (data) => createHash('sha256').update(data).digest('hex');
  const serving = (use) => modules.filter((name) => (uses[name] ?? ['training', 'decoding']).includes(use));
  const line = (name) => `${name} ${digest(readFileSync(object(name)))}\n`;
  const digestFor = (use) => digest(serving(use).map(line).join(''));
  return { library: digest(readFileSync(library)), training: digestFor('training'), decoding: digestFor('decoding') };
}

/** Lets that many of the works that it is given run at once. */
function turns(most) {
  const waiting = [];
  let running = 0;
  return async (work) => {
    if (running === most) await new Promise((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      // The turn goes to the next, or ends.
      if (waiting.length > 0) waiting.shift()();
      else running--;
    }
  };
}

function findCompiler() {
  for (const candidate of [process.env.CC, 'cc', 'gcc', 'clang']) {
    if (!candidate) continue;
    try {
      execFileSync(candidate, ['--version'], { stdio: 'ignore' });
      return candidate;
    } catch {
      // Not this one.
    }
  }
  return undefined;
}
