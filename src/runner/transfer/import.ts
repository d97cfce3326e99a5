import { createReadStream, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { loadArtifactSchemas } from '../catalogue/artifacts.ts';
import { Diagnostic } from '../diagnostic.ts';
import { ArtifactChecker } from '../execute/artifact-check.ts';
import { keyOf } from '../key/key.ts';
import type { KeyRecord, OutputRecord, RunRecord } from '../records.ts';
import { RecordFiles } from '../store/record-files.ts';
import type { Store } from '../store/store.ts';
import type { Digest } from '../types.ts';
import { readCheckedJson } from '../../disk/checked-json.ts';
import { digestJson, digestManifest, type ManifestEntry } from '../../disk/digest.ts';
import { hasCode, listFolder, removeTree, writeAtomically } from '../../disk/files.ts';
import { unpackTar } from '../../fetch/archive/tar.ts';
import { FetchError } from '../../fetch/error.ts';
import { Include } from '../../fetch/include.ts';
import { FolderWriter } from '../../fetch/writer.ts';
import type { ArchiveManifest } from './archive.ts';
import { archiveFormat, manifestName, places, toldFile } from './archive.ts';
import { recordProblem } from './record-schemas.ts';

/** What came of an import. */
export interface Imported {
  run: RunRecord;
  /** Artifacts that were not in the store. */
  added: number;
  /** Artifacts of the archive. */
  artifacts: number;
  /** Keys that have another result here, which stays. */
  otherwise: KeyRecord[];
}

/**
 * Takes a run from an archive that `exportRun` wrote, or that anybody else did: nothing of it counts before all of it was
 * looked at. Names, links and sizes are checked while it is unpacked beside the store; members by the manifest's digests;
 * records by their schema, keys by their fields, artifacts by their digests and by the schemas of their types.
 * @throws Diagnostic naming the first thing that is wrong; then nothing has changed
 */
export async function importRun(file: string, store: Store): Promise<Imported> {
  const folder = store.temporaryFolder();
  mkdirSync(folder, { recursive: true });
  try {
    const archive = new Archive(file, folder);
    await archive.unpack();
    archive.check(store.layout.project);
    return await install(archive, store);
  } finally {
    removeTree(folder);
  }
}

/** An archive that was unpacked into a folder of its own. */
class Archive {
  run!: RunRecord;
  readonly keys: KeyRecord[] = [];
  readonly artifacts: Digest[] = [];
  /** Below the folder. */
  readonly logs: string[] = [];
  readonly folder: string;
  readonly #file: string;
  #members: ManifestEntry[] = [];

  constructor(file: string, folder: string) {
    this.#file = file;
    this.folder = folder;
  }

  async unpack(): Promise<void> {
    const size = this.#size();
    // A tar is not compressed: what it holds is no larger than itself, and each member takes a block.
    const limits = { maxBytes: size, maxFiles: Math.ceil(size / 512) };
    const policy = { hidden: true, advice: 'Nothing was imported.' };
    const writer = new FolderWriter(this.folder, path.basename(this.#file), new Include(), limits, policy);
    try {
      await unpackTar(createReadStream(this.#file), writer);
      const files = writer.finish();
      this.#members = files.map(({ path: name, bytes, sha256 }) => [name, bytes, sha256 as Digest]);
    } catch (error) {
      if (error instanceof FetchError) throw new Diagnostic(error.message.replace(/\.$/, ''), { cause: error });
      throw error;
    }
  }

  /** Checks everything, in the order in which one thing vouches for the next. */
  check(project: string): void {
    const manifest = this.#manifest();
    this.run = this.#record<RunRecord>('run', places.run(manifest.run));
    if (this.run.id !== manifest.run) throw this.#refusal(places.run(manifest.run), `it is of the run ${this.run.id}`);
    for (const [name] of manifest.members) this.#sort(name);
    this.#checkKeys();
    this.#checkArtifacts(new ArtifactChecker(loadArtifactSchemas(project)));
    const told = new Set([this.run.id, ...this.keys.map(({ provenance }) => provenance.run)]);
    const stray = this.logs.find((name) => !told.has(name.split('/')[1]));
    if (stray !== undefined) throw this.#refusal(stray, 'it is of a run that nothing else in it names');
  }

  /** Where an artifact was unpacked. */
  folderOf(digest: Digest): string {
    return path.join(this.folder, places.artifact(digest));
  }

  #size(): number {
    try {
      return statSync(this.#file).size;
    } catch (cause) {
      if (!hasCode(cause, 'ENOENT', 'ENOTDIR', 'EACCES')) throw cause;
      throw new Diagnostic(`${this.#file} cannot be read`, { hint: 'Name an archive that export wrote.', cause });
    }
  }

  #manifest(): ArchiveManifest {
    const manifest = readCheckedJson<ArchiveManifest>(path.join(this.folder, manifestName));
    if (manifest === undefined) throw this.#refusal(manifestName, 'it is missing or damaged');
    if (manifest.format !== archiveFormat) {
      throw this.#refusal(manifestName, `it has format ${JSON.stringify(manifest.format)}, not ${archiveFormat}`);
    }
    const found = this.#members.filter(([name]) => name !== manifestName);
    const listed = new Map(
      (Array.isArray(manifest.members) ? manifest.members : []).map((entry) => [String(entry?.[0]), entry]),
    );
    const wrong = found.find((entry) => digestJson(listed.get(entry[0]) ?? null) !== digestJson(entry));
    if (wrong !== undefined) throw this.#refusal(wrong[0], 'it is not what the manifest says');
    const missing = [...listed.keys()].find((name) => !found.some(([other]) => other === name));
    if (missing !== undefined) throw this.#refusal(missing, 'it is missing');
    return manifest;
  }

  #record<Content extends object>(kind: 'run' | 'key', name: string): Content {
    const files = new RecordFiles();
    const record = files.read<Content>(kind, path.join(this.folder, name));
    const format = files.foreignAt(path.join(this.folder, name))?.format;
    const problem =
      record !== undefined
        ? recordProblem(kind, record)
        : format === undefined
          ? 'it is missing or damaged'
          : `it has ${format}, which this version of shrinknas does not read`;
    if (record === undefined || problem !== undefined) throw this.#refusal(name, problem!);
    return record;
  }

  /** What a member is, by its name. */
  #sort(name: string): void {
    const [, key] = /^keys\/([0-9a-f]{64})\.json$/.exec(name) ?? [];
    const [, artifact] = /^artifacts\/([0-9a-f]{64})\/./.exec(name) ?? [];
    if (key !== undefined) this.keys.push(this.#record<KeyRecord>('key', name));
    else if (artifact !== undefined) {
      if (!this.artifacts.includes(artifact as Digest)) this.artifacts.push(artifact as Digest);
    } else if (/^records\/[^/]+\/stages\/[^/]+$/.test(name) && toldFile.test(name)) this.logs.push(name);
    else if (name !== places.run(this.run.id)) throw this.#refusal(name, 'no export has such a member');
  }

  #checkKeys(): void {
    for (const { key, fields } of this.keys) {
      if (keyOf(fields) !== key) throw this.#refusal(places.key(key), 'it is not the key of what it says');
    }
    for (const { id, key, fields } of this.run.stages) {
      if (key !== undefined && fields !== undefined && keyOf(fields) !== key)
        throw this.#refusal(places.run(this.run.id), `stage ${id} has another key than that of what it says`);
    }
  }

  #checkArtifacts(checker: ArtifactChecker): void {
    const expected = new Map<Digest, OutputRecord>();
    for (const { outputs } of [...this.run.stages, ...this.keys.flatMap((key) => [key, ...(key.earlier ?? [])])])
      for (const output of Object.values(outputs)) expected.set(output.digest, output);
    for (const [digest, { artifact, bytes }] of expected) {
      const place = places.artifact(digest);
      const files = this.#members
        .filter(([name]) => name.startsWith(place))
        .map(([name, size, sha256]): ManifestEntry => [name.slice(place.length), size, sha256]);
      if (files.length === 0) throw this.#refusal(place, 'it is missing');
      if (digestManifest(files) !== digest) throw this.#refusal(place, 'its files are not those that its digest names');
      if (files.reduce((sum, [, size]) => sum + size, 0) !== bytes) throw this.#refusal(place, 'its size is another');
      const problem = checker.problem(artifact, this.folderOf(digest));
      if (problem !== undefined) throw this.#refusal(place, `it is not a valid ${artifact}: ${problem}`);
    }
    const stray = this.artifacts.find((digest) => !expected.has(digest));
    if (stray !== undefined) throw this.#refusal(places.artifact(stray), 'nothing else in it names it');
  }

  #refusal(member: string, problem: string): Diagnostic {
    return new Diagnostic(`${path.basename(this.#file)} is refused because of ${member}: ${problem}`, {
      hint: 'Nothing was imported. Get the archive again from whoever exported it.',
    });
  }
}

/** Artifacts, then keys, then the run: whenever this is interrupted, nothing names what is not there. */
async function install(archive: Archive, store: Store): Promise<Imported> {
  const { run, keys, logs, artifacts } = archive;
  refuseOther(run, store);
  const missing = artifacts.filter((digest) => !store.hasArtifact(digest));
  for (const digest of missing) await store.publishArtifact(archive.folderOf(digest));
  const otherwise: KeyRecord[] = [];
  for (const record of keys) {
    const own = store.keyRecord(record.key);
    if (own === undefined || store.damagedOutputs(own).length > 0) store.writeKey(record);
    else if (outputsOf(own) !== outputsOf(record)) otherwise.push(record);
  }
  for (const name of logs) {
    const target = path.join(store.layout.records, name.slice('records/'.length));
    if (existsSync(target)) continue;
    writeAtomically(target, readFileSync(path.join(archive.folder, name), 'utf8'), { durable: false });
  }
  mkdirSync(path.join(store.layout.records, run.id, 'stages'), { recursive: true });
  store.registerUser();
  store.writeRun(run);
  store.saveStatCache();
  return { run, added: missing.length, artifacts: artifacts.length, otherwise };
}

/** A run of that name which says something else stays. */
function refuseOther(run: RunRecord, store: Store): void {
  if (!listFolder(store.layout.records).includes(run.id)) return;
  const own = store.runs().find(({ id }) => id === run.id);
  if (own === undefined || digestJson(own) === digestJson(run)) return;
  throw new Diagnostic(`another run ${run.id} is recorded here`, { hint: 'Nothing was imported.' });
}

function outputsOf({ outputs }: Pick<KeyRecord, 'outputs'>): string {
  return digestJson(
    Object.entries(outputs)
      .map(([name, { digest }]) => [name, digest])
      .sort(),
  );
}
