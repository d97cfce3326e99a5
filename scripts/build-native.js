// Compiles the native engine, once for each instruction set, into dist/native/. Runs at install. Without a C compiler it says so in one
// line and succeeds: the engine `wasm` then takes its place.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
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

// Contraction to fused multiply-adds is allowed, reordering is not: results must not depend on the compiler's taste more than they have to.
const flags = ['-std=c11', '-O3', '-fPIC', '-shared', '-fvisibility=hidden', '-fno-math-errno', '-ffp-contract=fast', '-pthread', ...(process.env.CFLAGS?.split(' ') ?? [])];

const compiler = findCompiler();
if (process.platform === 'win32') {
  console.log('shrinknas: the native engine is for Linux and macOS; the engine "wasm" is used here.');
} else if (!compiler) {
  console.log('shrinknas: no C compiler was found (CC, cc, gcc, clang), so the engine "wasm" is used instead of "native". With one: npm run install');
} else {
  await build(compiler);
}

async function build(compiler) {
  const files = readdirSync(sources).map((name) => path.join(sources, name));
  const newest = Math.max(...[...files, fileURLToPath(import.meta.url)].map((file) => statSync(file).mtimeMs));
  const modules = files.filter((file) => file.endsWith('.c')).sort();
  mkdirSync(target, { recursive: true });
  await Promise.all(Object.entries(variants).map(async ([isa, options]) => {
    const file = path.join(target, `shrinknas-${isa}${process.platform === 'darwin' ? '.dylib' : '.so'}`);
    if (existsSync(file) && statSync(file).mtimeMs > newest) return;
    const draft = `${file}.${process.pid}`;
    try {
      await promisify(execFile)(compiler, [...flags, ...options, '-o', draft, ...modules, '-lm']);
      renameSync(draft, file);
    } catch (error) {
      console.log(`shrinknas: the native engine did not compile for ${isa}, the next best is used: ${String(error.stderr || error.message).trim().split('\n')[0]}`);
    }
  }));
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
