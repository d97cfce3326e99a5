/**
 * Sets up the engine `tensorflow`: npm run setup:tensorflow [-- --cpu | --gpu] [--wheel FILE …] [--remove]
 *
 * The binding of @tensorflow/tfjs-node-gpu is compiled against the libtensorflow of PyPI's wheel, which lies in the user's cache from then
 * on ($XDG_CACHE_HOME/shrinknas or ~/.cache/shrinknas), so that after an `npm ci` only the binding is made again. Without --cpu or
 * --gpu it is --gpu where NVIDIA's driver is. --wheel takes wheels that were downloaded elsewhere. --remove undoes all of it.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { hasNvidiaDriver } from '../../src/tensor/engines/nvidia.ts';
import { cpuWheels, gpuWheels, platform, version, type Wheel } from './wheels.ts';

/** What keeps it from being set up, and what to do. */
class SetupError extends Error {}

const bindingPackage = '@tensorflow/tfjs-node-gpu';
const packages = [`${bindingPackage}@4.22.0`, 'node-api-headers@1.5.0'];
const packageFolder = path.resolve('node_modules', bindingPackage);
const binding = path.join(packageFolder, 'lib/napi-v8/tfjs_binding.node');
const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
/** Unpacked, beside what is downloaded: the factor is that of the CPU wheel, 1.1 GB of 0.27. */
const unpackedFactor = 4.1;

function cacheFolder(): string {
  return path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'shrinknas', 'tensorflow');
}

function run(program: string, args: readonly string[], failure: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1e8 });
  if (error !== undefined) throw new SetupError(`${failure}: ${program} cannot be started (${error.message})`);
  if (status !== 0)
    throw new SetupError(
      `${failure}: ${program} ended with ${status}\n${stderr.trim().split('\n').slice(-8).join('\n')}`,
    );
  return stdout;
}

function checkMachine(): { compiler: string } {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new SetupError(
      `PyPI's libtensorflow is used on Linux on x86-64 alone, and this is ${process.platform} on ${process.arch}`,
    );
  const compiler = [process.env.CXX, 'g++', 'clang++'].find(
    (name) => name !== undefined && spawnSync(name, ['--version']).status === 0,
  );
  if (compiler === undefined)
    throw new SetupError('There is no C++ compiler: install g++ (Debian: apt-get install g++), or set CXX');
  if (spawnSync('python3', ['-m', 'pip', '--version']).status !== 0)
    throw new SetupError(
      'There is no pip: install it (Debian: apt-get install python3-pip). It downloads, nothing of Python is used after that',
    );
  return { compiler };
}

/** The wheels, each with the file that it is in, all checked. */
function getWheels(wheels: readonly Wheel[], given: readonly string[], folder: string): string[] {
  const files = given.map((file) => path.resolve(file));
  const bySha = new Map(files.map((file) => [createHash('sha256').update(readFileSync(file)).digest('hex'), file]));
  const missing = wheels.filter(({ sha256 }) => !bySha.has(sha256));
  if (given.length > 0 && missing.length > 0) {
    const names = missing.map((wheel) => `${wheel.package} ${wheel.version} (SHA-256 ${wheel.sha256.slice(0, 12)}…)`);
    throw new SetupError(`Not among the files of --wheel: ${names.join(', ')}`);
  }
  if (missing.length > 0) {
    const list = path.join(folder, 'requirements.txt');
    writeFileSync(
      list,
      missing.map((wheel) => `${wheel.package}==${wheel.version} --hash=sha256:${wheel.sha256}\n`).join(''),
    );
    const words = [
      '-m',
      'pip',
      'download',
      '--quiet',
      '--no-deps',
      '--only-binary=:all:',
      '--require-hashes',
      ...platform,
    ];
    run('python3', [...words, '--dest', folder, '--requirement', list], 'The wheels could not be downloaded');
  }
  return [
    ...files,
    ...readdirSync(folder)
      .filter((name) => name.endsWith('.whl'))
      .map((name) => path.join(folder, name)),
  ];
}

const unpackProgram = `
import sys, zipfile
for wheel in sys.argv[2:]:
    with zipfile.ZipFile(wheel) as archive:
        wanted = ('tensorflow/libtensorflow', 'tensorflow/include/', 'nvidia/')
        archive.extractall(sys.argv[1], [name for name in archive.namelist() if name.startswith(wanted)])
`;

/** The folder with libtensorflow, what CUDA needs, and the headers; made once, whole or not at all. */
function provideLibrary(kind: 'cpu' | 'gpu', given: readonly string[]): string {
  const wheels = kind === 'gpu' ? gpuWheels : cpuWheels;
  const folder = path.join(cacheFolder(), `${version}-${kind}`);
  if (existsSync(path.join(folder, 'complete'))) {
    console.log(`libtensorflow ${version} (${kind}) is in ${folder}`);
    return folder;
  }
  mkdirSync(cacheFolder(), { recursive: true });
  const bytes = wheels.reduce((sum, wheel) => sum + wheel.bytes, 0);
  const needed = bytes * (1 + unpackedFactor);
  const { bavail, bsize } = statfsSync(cacheFolder());
  const gigabytes = (count: number) => `${(count / 1e9).toFixed(1)} GB`;
  console.log(
    `libtensorflow ${version} (${kind}): ${gigabytes(bytes)} to download, ${gigabytes(bytes * unpackedFactor)} in ${folder}`,
  );
  if (bavail * bsize < needed)
    throw new SetupError(
      `${cacheFolder()} has ${gigabytes(bavail * bsize)} left, and ${gigabytes(needed)} are needed for a while: make room, or set XDG_CACHE_HOME`,
    );
  const draft = mkdtempSync(path.join(cacheFolder(), 'draft-'));
  try {
    const downloads = path.join(draft, 'downloads');
    mkdirSync(downloads);
    const files = getWheels(wheels, given, downloads);
    run('python3', ['-c', unpackProgram, draft, ...files], 'The wheels could not be unpacked');
    rmSync(downloads, { recursive: true });
    writeFileSync(path.join(draft, 'complete'), '');
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}

function compileBinding(library: string, compiler: string): void {
  const npm = ['install', '--ignore-scripts', '--no-save', '--no-audit', '--no-fund', ...packages];
  run('npm', npm, `${packages.join(' and ')} could not be installed`);
  const tensorflow = path.join(library, 'tensorflow');
  const cuda = existsSync(path.join(library, 'nvidia'))
    ? readdirSync(path.join(library, 'nvidia')).map((name) => path.join(library, 'nvidia', name, 'lib'))
    : [];
  mkdirSync(path.dirname(binding), { recursive: true });
  const draft = `${binding}.draft`;
  try {
    run(
      compiler,
      [
        ...['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8'],
        ...['-I', path.resolve('node_modules/node-api-headers/include'), '-I', path.join(tensorflow, 'include')],
        ...['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc'].map((file) => path.join(packageFolder, file)),
        ...['-L', tensorflow, ...libraries.map((name) => `-l:${name}`)],
        ...[tensorflow, ...cuda].map((folder) => `-Wl,-rpath,${folder}`),
        ...['-o', draft],
      ],
      'The binding could not be compiled',
    );
    renameSync(draft, binding);
  } finally {
    rmSync(draft, { force: true });
  }
}

function remove(): void {
  for (const folder of [cacheFolder(), packageFolder]) rmSync(folder, { recursive: true, force: true });
  console.log(`removed ${cacheFolder()} and ${packageFolder}`);
}

try {
  const { values } = parseArgs({
    options: {
      cpu: { type: 'boolean' },
      gpu: { type: 'boolean' },
      wheel: { type: 'string', multiple: true, default: [] },
      remove: { type: 'boolean' },
    },
  });
  if (values.cpu && values.gpu) throw new SetupError('--cpu and --gpu exclude each other');
  if (values.remove) {
    remove();
  } else {
    const { compiler } = checkMachine();
    const kind = values.gpu || (!values.cpu && hasNvidiaDriver()) ? 'gpu' : 'cpu';
    const library = provideLibrary(kind, values.wheel);
    console.log('compiling the binding, about a minute');
    compileBinding(library, compiler);
    const words = ['bin/shrinknas.js', 'engines', '--check', 'tensorflow'];
    if (spawnSync(process.execPath, words, { stdio: 'inherit' }).status !== 0)
      throw new SetupError('The engine was set up, and does not compute as it should');
  }
} catch (error) {
  if (!(error instanceof SetupError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS'))) throw error;
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 1;
}
