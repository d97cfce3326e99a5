import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ModelDocument } from '../../schemas/types.ts';
import { readModelWeights } from '../artifacts/model.ts';
import { digestFileSync } from '../disk/digest.ts';
import { special } from '../model/architecture.ts';
import { firstTokenPosition } from '../model/embedding.ts';
import { readCodec } from '../translation/codec.ts';
import { GraphBuilder } from './format/graph.ts';
import { encodeModel } from './format/messages.ts';
import { addDecoder } from './graphs/decoder.ts';
import { addEncoder } from './graphs/encoder.ts';
import { type Precision, precisions } from './graphs/matrices.ts';
import type { ExportedNetwork, OnnxGraphs } from './graphs/network.ts';
import { positionLimit } from './graphs/positions.ts';
import { manifestFormat, type OnnxManifest } from './manifest.ts';

/** What of a model's folder goes along as it is. */
const textFiles = ['codes.txt', 'dict.source.txt', 'dict.target.txt'];

/** What `exportModel` wrote. */
export interface OnnxExport {
  document: ModelDocument;
  /** Of both graphs. */
  bytes: number;
}

/**
 * Writes a model as ONNX: the graphs of encoder and decoder step, dictionaries and codes, and `manifest.json`. The same
 * model gives the same bytes.
 * @param model folder of a `model` artifact
 * @param folder made where it is not there
 * @throws SafetensorsError, ArchitectureError, StageError for a model whose parts do not fit together
 */
export function exportModel(model: string, folder: string, precision: Precision): OnnxExport {
  const { document, weights } = readModelWeights(model);
  // Dictionaries of another model would make a program that translates to nonsense.
  readCodec(model, document);
  const graphs = graphsOf({
    config: document.model,
    architecture: document.architecture,
    weights,
    matrices: precisions[precision],
  });
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(graphs)) writeFileSync(path.join(folder, `${name}.onnx`), bytes);
  // Not as copies, which would be as read-only as artifacts are.
  for (const file of textFiles) writeFileSync(path.join(folder, file), readFileSync(path.join(model, file)));
  const files = [...Object.keys(graphs).map((name) => `${name}.onnx`), ...textFiles];
  const { languages, lowercase } = document;
  const manifest: OnnxManifest = {
    format: manifestFormat,
    languages,
    lowercase,
    precision,
    types: { source: document.model.sourceTypes, target: document.model.targetTypes },
    ids: { padding: special.padding, end: special.end, unknown: special.unknown, first: special.unknown + 1 },
    longest: positionLimit - firstTokenPosition,
    files: Object.fromEntries(files.map((file) => [file, digestFileSync(path.join(folder, file))])),
  };
  writeFileSync(path.join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return { document, bytes: graphs.encoder.length + graphs.decoder.length };
}

/** A network as the bytes of its two `.onnx` files. */
export function graphsOf(network: ExportedNetwork): OnnxGraphs {
  const made = (name: string, about: string, add: (graph: GraphBuilder, network: ExportedNetwork) => void) => {
    const graph = new GraphBuilder(name);
    add(graph, network);
    return encodeModel(graph.model(about));
  };
  return {
    encoder: made('encoder', 'A translation network: the encoder, and what the decoder reads of it.', addEncoder),
    decoder: made('decoder', 'A translation network: one step of the decoder, for all hypotheses.', addDecoder),
  };
}
