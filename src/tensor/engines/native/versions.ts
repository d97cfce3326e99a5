import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { EngineVersions } from '../engine.ts';
import { sameForBoth } from '../engine.ts';
import type { NativeLibrary } from './library.ts';

/**
 * Results differ between instruction sets and builds, though not between numbers of threads. Beside a library,
 * scripts/build-native.js writes digests of its kernels for training and for decoding, and the digest of that library.
 * They say nothing of a library that was put in its place, whose own digest is both versions then.
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
    const all = [read.library, read.training, read.decoding].every((digest) => /^[0-9a-f]{64}$/.test(digest ?? ''));
    return all ? (read as Digests) : undefined;
  } catch {
    return undefined;
  }
}
