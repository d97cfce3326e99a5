import { createReadStream, createWriteStream, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import type { Pack } from 'tar-stream';
import { KeyTable, needsOf } from '../collection/needs.ts';
import { inventory } from '../collection/inventory.ts';
import { Diagnostic, ExitCode } from '../diagnostic.ts';
import type { RunRecord } from '../records.ts';
import { recordText } from '../store/record-files.ts';
import type { Store } from '../store/store.ts';
import type { Digest, Key } from '../types.ts';
import { checkedJson } from '../../disk/checked-json.ts';
import { digestFileSync, digestText } from '../../disk/digest.ts';
import { uniqueSuffix } from '../../disk/files.ts';
import { walkTree } from '../../disk/tree.ts';
import type { ArchiveManifest } from './archive.ts';
import { archiveFormat, manifestName, places, toldFile } from './archive.ts';

/** A member of the archive: text, or a file. */
type Member = { name: string } & ({ text: string } | { file: string; bytes: number });

/**
 * Writes a run with all that it needs to a tar. The same run gives the same bytes.
 * @returns how much that is
 * @throws Diagnostic when an artifact is missing or damaged, or the file is already there
 */
export async function exportRun(
  run: RunRecord,
  store: Store,
  file: string,
): Promise<{ artifacts: number; bytes: number }> {
  if (existsSync(file)) throw new Diagnostic(`${file} is already there`, { hint: 'Remove it, or name another file.' });
  if (run.status === 'running') throw new Diagnostic(`run ${run.id} goes on`, { hint: 'Export it when it has ended.' });
  const members = membersOf(run, store);
  const manifest: ArchiveManifest = {
    format: archiveFormat,
    run: run.id,
    members: members.map((member) =>
      'text' in member
        ? [member.name, Buffer.byteLength(member.text), digestText(member.text)]
        : [member.name, member.bytes, digestFileSync(member.file)],
    ),
  };
  const temporary = `${file}.${uniqueSuffix()}.tmp`;
  try {
    const tar = pack();
    await Promise.all([
      pipeline(tar, createWriteStream(temporary, { flags: 'wx' })),
      writeMembers(tar, [{ name: manifestName, text: checkedJson(manifest) }, ...members]),
    ]);
    renameSync(temporary, file);
  } finally {
    rmSync(temporary, { force: true });
  }
  return {
    artifacts: new Set(members.flatMap(({ name }) => /^artifacts\/[0-9a-f]+/.exec(name) ?? [])).size,
    bytes: manifest.members.reduce((sum, [, bytes]) => sum + bytes, 0),
  };
}

function membersOf(run: RunRecord, store: Store): Member[] {
  const table = new KeyTable(store.keyRecords());
  const items = inventory(store);
  const logs = items.filter(({ kind, name }) => kind === 'log' && toldFile.test(name)).map(({ name }) => name);
  const needs = needsOf(run, table, (id) => logs.filter((name) => name.startsWith(`${id}/`)));
  const of = (kind: string) =>
    [...needs]
      .filter((id) => id.startsWith(`${kind} `))
      .map((id) => id.slice(kind.length + 1))
      .sort();
  // What a result was before it was made again is told only where the run shows it.
  const keys = of('key').map((key) => {
    const { earlier = [], ...record } = table.byKey.get(key as Key)!;
    const shown = earlier.filter(({ outputs }) =>
      digestsOf([{ outputs }]).every((digest) => needs.has(`artifact ${digest}`)),
    );
    return { ...record, ...(shown.length === 0 ? {} : { earlier: shown }) };
  });
  const named = new Set(digestsOf([...run.stages, ...keys, ...keys.flatMap(({ earlier = [] }) => earlier)]));
  return [
    { name: places.run(run.id), text: recordText('run', run) },
    ...of('log').map((name) => textMember(`records/${name}`, path.join(store.layout.records, name))),
    ...keys.map((record) => ({ name: places.key(record.key), text: recordText('key', record) })),
    ...[...named].flatMap((digest) => artifactMembers(digest, store)),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function digestsOf(made: readonly { outputs: RunRecord['stages'][number]['outputs'] }[]): Digest[] {
  return made.flatMap(({ outputs }) => Object.values(outputs).map(({ digest }) => digest));
}

/** Read at once: a log that grows would not be what the manifest says. */
function textMember(name: string, file: string): Member {
  return { name, text: readFileSync(file, 'utf8') };
}

function artifactMembers(digest: Digest, store: Store): Member[] {
  const folder = store.artifactFolder(digest);
  if (!store.verifyArtifact(digest)) {
    throw new Diagnostic(`an artifact of the run is missing or damaged: ${folder}`, {
      exitCode: ExitCode.failed,
      hint: 'npm run pipeline verify -- --repair makes it anew.',
    });
  }
  return walkTree(folder)
    .filter(({ kind }) => kind === 'file')
    .map(({ path: name, absolute, stats }) => ({
      name: `${places.artifact(digest)}${name}`,
      file: absolute,
      bytes: Number(stats.size),
    }));
}

/** Neither times nor owners: they would tell of the machine. */
async function writeMembers(tar: Pack, members: readonly Member[]): Promise<void> {
  try {
    for (const member of members) {
      const size = 'text' in member ? Buffer.byteLength(member.text) : member.bytes;
      const entry = tar.entry({ name: member.name, size, mode: 0o644, mtime: new Date(0) });
      const content = 'text' in member ? [Buffer.from(member.text)] : createReadStream(member.file);
      await pipeline(content, entry);
    }
    tar.finalize();
  } catch (error) {
    tar.destroy(error as Error);
    throw error;
  }
}
