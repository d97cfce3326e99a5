import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { EngineVersions } from '../engine.ts';
import { sameForBoth } from '../engine.ts';
import type { NativeLibrary } from './library.ts';

/**
 * Results differ between instruction sets and builds, though not between numbers of threads. scripts/build-native.js writes beside a library
 * what its kernels for training and for decoding were compiled from, and which library that says so of. Beside any other library, which
 * may have been put in the place of that one, it means nothing: the library then stands for itself.
 */
export function versionsOf({ file, isa }: Pick<NativeLibrary, 'file' | 'isa'>): EngineVersions {
  const library = createHash('sha256').update(readFileSync(file)).digest('hex');
  const digests = readDigests(`${file}.json`);
  const version = (digest: string) => `${isa}-${digest.slice(0, 12)}`;
  return digests?.library === library
    ? { training: version(digests.training), decoding: version(digests.decoding) }
    : sameForBoth(version(library));
}

interface Digests extends EngineVersions {
  library: string;
}

/** Undefined where there are none that can be read. */
function readDigests(file: string): Digests | undefined {
  try {
    const read = JSON.parse(readFileSync(file, 'utf8')) as Partial<Digests>;
    return [read.library, read.training, read.decoding].every((digest) => /^[0-9a-f]{64}$/.test(digest ?? '')) ? (read as Digests) : undefined;
  } catch {
    return undefined;
  }
}
