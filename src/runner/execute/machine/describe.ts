import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { packageVersion } from '../../package-root.ts';
import type { GitState, Host } from '../../records.ts';

/**
 * Commit of the project's working tree and whether anything in it differs from that; null outside of a git repository.
 */
export async function gitState(project: string): Promise<GitState | null> {
  // Starting git costs more than all the rest of a small run.
  if (!isInRepository(project)) return null;
  const git = async (...args: string[]) =>
    (await promisify(execFile)('git', ['-C', project, ...args], { maxBuffer: 1 << 28 })).stdout.trim();
  try {
    const [commit, status] = await Promise.all([git('rev-parse', 'HEAD'), git('status', '--porcelain')]);
    return { commit, dirty: status !== '' };
  } catch {
    // No git, no repository or no commit yet: there is nothing to tell.
    return null;
  }
}

function isInRepository(folder: string): boolean {
  if (existsSync(path.join(folder, '.git'))) return true;
  return path.dirname(folder) !== folder && isInRepository(path.dirname(folder));
}

export function describeHost(): Host {
  return {
    name: os.hostname(),
    platform: `${process.platform}-${process.arch}`,
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
  };
}

export function describeVersions(): { shrinknas: string; node: string } {
  return { shrinknas: packageVersion, node: process.versions.node };
}
