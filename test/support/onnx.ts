import type { Architecture, ModelConfig } from '../../src/model/architecture.ts';
import type { Batch } from '../../src/model/batch.ts';
import { graphsOf } from '../../src/onnx/export.ts';
import { type Precision, precisions } from '../../src/onnx/graphs/matrices.ts';
import { OnnxNetwork } from '../../src/onnx/runtime/network.ts';
import type { ParameterSet } from '../../src/tensor/parameter-set.ts';

/** A network as ONNX Runtime computes it. */
export function onnxNetwork(
  config: ModelConfig,
  architecture: Architecture,
  weights: ParameterSet,
  precision: Precision = 'float32',
): Promise<OnnxNetwork> {
  return OnnxNetwork.open(graphsOf({ config, architecture, weights, matrices: precisions[precision] }));
}

/** Logits of every target step, as `forward` gives them, `[size · targetLength, types]`: step by step, a row a sentence. */
export async function steppedLogits(net: OnnxNetwork, batch: Batch, types: number): Promise<Float32Array> {
  const { size, targetLength } = batch;
  const result = new Float32Array(size * targetLength * types);
  const encoded = await net.encode(batch.source, size);
  let past = encoded.past;
  for (let step = 0; step < targetLength; step++) {
    const ids = Int32Array.from({ length: size }, (_, row) => batch.input[row * targetLength + step]);
    const parents = Int32Array.from(ids.keys());
    const { logits, present } = await net.step(encoded.seen, past, { ids, step, parents });
    const values = logits.data as Float32Array;
    for (let row = 0; row < size; row++)
      result.set(values.subarray(row * types, (row + 1) * types), (row * targetLength + step) * types);
    past = present;
  }
  return result;
}
