import type { NativeKernel } from '../backend.ts';
import { input, number, output, outputIds, size } from '../calls.ts';

/** Ids and log-probabilities, each `[rows, k]`, of the best types of `logits [rows, types]`. */
const topLogProbabilities: NativeKernel = (backend, { logits }, attributes) => {
  const { k, never } = attributes as { k: number; never: number };
  const [rows, types] = logits.shape;
  const ids = new Int32Array(rows * k);
  const logProbabilities = backend.pool.take(rows * k);
  backend.calls.call('sn_top_log_probabilities', size('rows', rows), size('types', types), size('k', k), input('logits', backend.array(logits), rows * types),
    number('never', never), outputIds('ids', ids, rows * k), output('log_probabilities', logProbabilities, rows * k));
  return [backend.makeTensorInfo([rows, k], 'int32', ids), backend.tensor(logProbabilities, [rows, k])];
};

export const topKernels = { FusedTopLogProbabilities: topLogProbabilities };
