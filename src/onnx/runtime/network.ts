import type { InferenceSession } from 'onnxruntime-web';
import { special } from '../../model/architecture.ts';
import { padLeft, type Sentence } from '../../model/batch.ts';
import {
  type BeamOptions,
  type BeamStep,
  type Continuations,
  hypotheses,
  type Hypothesis,
} from '../../model/hypotheses.ts';
import { decoding, type DecodingOptions } from '../../translation/decoding.ts';
import type { OnnxGraphs } from '../graphs/network.ts';
import { onnxRuntime, type OnnxRuntime, openGraph, type Tensor, type Tensors } from './session.ts';
import { only, topOf } from './top.ts';

/** Most tokens that it translates at once, padding included. */
export const batchTokens = 4096;

/** An exported model to compute with, by ONNX Runtime. */
export class OnnxNetwork {
  private constructor(
    private readonly runtime: OnnxRuntime,
    private readonly encoder: InferenceSession,
    private readonly decoder: InferenceSession,
  ) {}

  /**
   * @param graphs the bytes of the two `.onnx` files
   * @throws StageError for what are none, or a runtime that is not there
   */
  static async open(graphs: OnnxGraphs): Promise<OnnxNetwork> {
    const runtime = await onnxRuntime();
    const encoder = await openGraph(runtime, 'encoder', graphs.encoder);
    return new OnnxNetwork(runtime, encoder, await openGraph(runtime, 'decoder', graphs.decoder));
  }

  /** As `decode` of a network. */
  async decode(
    sentences: readonly Sentence[],
    options: DecodingOptions,
    onProgress?: (done: number) => void,
  ): Promise<Hypothesis[][]> {
    const batches = decoding(sentences, options, onProgress);
    let turn = batches.next();
    while (!turn.done) turn = batches.next(await this.search(turn.value, options));
    return turn.value;
  }

  /** As `beamSearch` of a network. */
  async search(sources: readonly Sentence[], options: BeamOptions): Promise<Hypothesis[][]> {
    const search = hypotheses(sources.length, options);
    let { past, seen } = await this.encode(padLeft(sources), sources.length);
    let turn = search.next();
    while (!turn.done) {
      const { step, places, parents, input, wanted } = turn.value;
      if (places) seen = this.select(seen, places);
      const { logits, present } = await this.step(seen, past, { ids: input, step, parents });
      past = present;
      turn = search.next(continuationsOf(logits, wanted));
    }
    return turn.value;
  }

  /** What the decoder sees of sentences `[size, length]`, and its caches before the first step. */
  async encode(source: Int32Array, size: number): Promise<{ seen: Tensors; past: Tensors }> {
    const outputs = await this.encoder.run({ source: this.int32(source, [size, source.length / size]) });
    const isCache = ([name]: [string, Tensor]): boolean => name.startsWith('past.');
    const entries = Object.entries(outputs as Tensors);
    return {
      past: Object.fromEntries(entries.filter(isCache)),
      seen: Object.fromEntries(entries.filter((entry) => !isCache(entry))),
    };
  }

  /** One step of the decoder: logits `[rows, types]`, and the caches after it. */
  async step(
    seen: Tensors,
    past: Tensors,
    { ids, step, parents }: { ids: Int32Array; step: number; parents: Int32Array },
  ): Promise<{ logits: Tensor; present: Tensors }> {
    const { logits, ...present } = await this.decoder.run({
      ...seen,
      ...past,
      ids: this.int32(ids, [ids.length]),
      step: this.int32(Int32Array.of(step), []),
      parents: this.int32(parents, [parents.length]),
    });
    return {
      logits,
      present: Object.fromEntries(
        Object.entries(present as Tensors).map(([name, tensor]) => [name.replace('present', 'past'), tensor]),
      ),
    };
  }

  async dispose(): Promise<void> {
    await this.encoder.release();
    await this.decoder.release();
  }

  /** Rows of all tensors by their places. */
  private select(tensors: Tensors, places: Int32Array): Tensors {
    return Object.fromEntries(
      Object.entries(tensors).map(([name, { dims, data }]) => {
        const values = data as Float32Array;
        const size = values.length / dims[0];
        const selected = new Float32Array(places.length * size);
        places.forEach((place, i) => selected.set(values.subarray(place * size, (place + 1) * size), i * size));
        return [name, new this.runtime.Tensor('float32', selected, [places.length, ...dims.slice(1)])];
      }),
    );
  }

  private int32(values: Int32Array, dims: number[]): Tensor {
    return new this.runtime.Tensor('int32', values, dims);
  }
}

function continuationsOf({ data, dims }: Tensor, wanted: BeamStep['wanted']): Continuations[] {
  const logits = data as Float32Array;
  if (wanted === 'end') return only(logits, dims[1], special.end);
  return topOf(logits, dims[1], wanted, special.padding);
}
