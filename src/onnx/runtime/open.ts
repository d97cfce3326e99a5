import { readFileSync } from 'node:fs';
import path from 'node:path';
import { digestFileSync } from '../../disk/digest.ts';
import { StageError } from '../../runner/stage.ts';
import { readManifestOf } from '../manifest.ts';
import { OnnxNetwork } from './network.ts';

/**
 * Opens what `exportModel` wrote.
 * @throws StageError for a folder that is none, whose files are not those that were written, or a runtime that is not there
 */
export async function openExport(folder: string): Promise<OnnxNetwork> {
  for (const [name, digest] of Object.entries(readManifestOf(folder).files)) {
    const file = path.join(folder, name);
    if (digestFileSync(file) !== digest)
      throw new StageError(`${file} is not the file that was exported: its SHA-256 is not that of manifest.json.`);
  }
  const [encoder, decoder] = ['encoder', 'decoder'].map((name) => readFileSync(path.join(folder, `${name}.onnx`)));
  return OnnxNetwork.open({ encoder, decoder });
}
