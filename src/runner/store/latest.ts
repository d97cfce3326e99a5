import { existsSync, lstatSync, readlinkSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import type { OutputRecord } from '../records.ts';
import { hasCode, isMissing, makeFolder, safeName, setAside, uniqueSuffix } from '../../disk/files.ts';
import type { Layout } from './layout.ts';

/** Points `runs/latest/<pipeline>/<stage>/<output>` to a stage's artifacts; each link changes in one step. */
export function linkLatest(
  layout: Layout,
  pipeline: string,
  stage: string,
  outputs: Record<string, OutputRecord>,
): void {
  const folder = layout.latest(pipeline, stage);
  makeFolder(folder);
  // A link is followed from where its folder really lies, which a linked runs/ or project puts elsewhere.
  const real = realpathSync(folder);
  for (const [output, { digest }] of Object.entries(outputs)) {
    const link = path.join(folder, safeName(output));
    const target = path.relative(
      real,
      path.join(realpathSync(layout.store), path.relative(layout.store, layout.object(digest))),
    );
    if (linkTarget(link) === target) continue;
    // Something else than a link in its place is nobody's result.
    if (existsSync(link) && !lstatSync(link).isSymbolicLink()) setAside(link);
    const temporary = `${link}.${uniqueSuffix()}.tmp`;
    symlinkSync(target, temporary);
    try {
      renameSync(temporary, link);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  }
}

function linkTarget(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch (error) {
    if (isMissing(error) || hasCode(error, 'EINVAL')) return undefined;
    throw error;
  }
}
