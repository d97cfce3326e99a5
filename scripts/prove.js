// Proofs that take too long for the test suite: npm run prove <name>; without a name, says which there are.
import koffi from 'koffi';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const proofs = {
  /**
   * The operator suite of the native engine, compiled with AddressSanitizer and
   * UndefinedBehaviorSanitizer, on each instruction set that this processor has.
   */
  sanitizers() {
    const folder = mkdtempSync(path.join(tmpdir(), 'shrinknas-sanitized-'));
    const compiler = process.env.CC ?? 'gcc';
    try {
      const env = {
        ...process.env,
        SHRINKNAS_NATIVE: folder,
        CC: compiler,
        CFLAGS: '-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer',
      };
      execFileSync(process.execPath, [path.join(root, 'scripts/build-native.js')], { env, stdio: 'inherit' });
      // Node is not compiled with the sanitizer, so its runtime comes in ahead. Leaks are
      // V8's own, and are not looked for.
      const runtime = execFileSync(compiler, ['-print-file-name=libasan.so'], { encoding: 'utf8' }).trim();
      const sets = process.arch === 'x64' ? ['portable', 'avx2', 'avx512'] : ['portable', 'neon'];
      const usable = sets.slice(0, sets.indexOf(bestSet()) + 1);
      for (const isa of sets) {
        if (!usable.includes(isa)) {
          console.log(`${isa}: not tried, this processor does not have it`);
          continue;
        }
        console.log(`${isa}:`);
        const { status } = spawnSync(
          process.execPath,
          [
            '--experimental-vm-modules',
            '--no-warnings',
            'node_modules/jest/bin/jest.js',
            'test/tensor/native',
            'test/tensor/ops',
            'test/tensor/differentiate',
            '--testTimeout=600000',
          ],
          {
            cwd: root,
            stdio: 'inherit',
            env: {
              ...env,
              SHRINKNAS_ISA: isa,
              LD_PRELOAD: runtime,
              ASAN_OPTIONS: 'detect_leaks=0:handle_segv=0',
              UBSAN_OPTIONS: 'print_stacktrace=1',
            },
          },
        );
        if (status !== 0) return 1;
      }
      return 0;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },

  /** 2,000 updates of the paper's supernet leave no tensor, and resident memory flat; some minutes. */
  leaks: (...options) => program('leaks', options),

  /** Killed and stopped again and again, a run makes the same bytes; an hour or two. */
  'kill-storm': (...options) => program('kill-storm', options),

  /** No damage to a file of runs/ makes a wrong result; an hour. */
  damage: (...options) => program('damage', options),

  /** Runs on one store execute each key once; a minute. */
  concurrent: (...options) => program('concurrent', options),

  /** Over random histories, a collection takes nothing from a run that is kept. */
  gc: (...options) => program('gc', options),

  /** Reports in real Chromium; some minutes. */
  report: (...options) => program('report', options),

  /** All of them but the one that needs a browser, each as short as still shows something. */
  short() {
    const parts = [
      () => program('concurrent', []),
      () => program('damage', ['seconds=150', 'quickstart=0']),
      () => program('kill-storm', ['kills=6', 'signals=2', 'updates=4']),
      () => program('leaks', ['updates=120', 'subnets=5']),
      () => proofs.sanitizers(),
    ];
    // All are tried, so that one fault does not hide another.
    return Math.max(...parts.map((prove) => prove()));
  },
};

/** @returns {string} the best instruction set of this processor, as the installed library says */
function bestSet() {
  const suffix = process.platform === 'darwin' ? 'dylib' : 'so';
  return koffi
    .load(path.join(root, `dist/native/shrinknas-portable.${suffix}`))
    .func('const char *sn_best_isa(void)')();
}

/** @returns {number} the exit code of a program of scripts/proofs */
function program(proof, options) {
  const words = [path.join(root, 'scripts/run.js'), path.join(root, `scripts/proofs/${proof}.ts`), ...options];
  const { status } = spawnSync(process.execPath, words, { cwd: root, stdio: 'inherit' });
  return status ?? 1;
}

const [name, ...options] = process.argv.slice(2);
if (!Object.hasOwn(proofs, name ?? '')) {
  console.error(`Name a proof: ${Object.keys(proofs).join(', ')}`);
  process.exit(2);
}
process.exitCode = proofs[name](...options);
