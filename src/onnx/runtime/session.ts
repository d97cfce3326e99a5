import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { StageError } from '../../runner/stage.ts';

export type { Tensor } from 'onnxruntime-web';
export type Tensors = Readonly<Record<string, Tensor>>;

export type OnnxRuntime = typeof import('onnxruntime-web');

/**
 * ONNX Runtime on WebAssembly: no script at install, and the same bits on every machine.
 * @throws StageError where it is not installed
 */
export async function onnxRuntime(): Promise<OnnxRuntime> {
  try {
    const runtime = await import('onnxruntime-web');
    // Threads would need a page of their own memory, and the order of sums depends on their number.
    runtime.env.wasm.numThreads = 1;
    return runtime;
  } catch (cause) {
    throw new StageError(
      `onnxruntime-web, an optional dependency, does not load: ${(cause as Error).message}. Install it: npm install onnxruntime-web`,
      { cause },
    );
  }
}

/** @throws StageError for bytes that are no graph that the runtime can compute */
export async function openGraph(
  { InferenceSession }: OnnxRuntime,
  name: string,
  bytes: Uint8Array,
): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes, { executionProviders: ['wasm'] });
  } catch (cause) {
    throw new StageError(`${name}.onnx cannot be computed with: ${(cause as Error).message}`, { cause });
  }
}
