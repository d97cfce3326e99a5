import { span } from '../calls.ts';
import { fusedKernel } from '../fused.ts';

/** Ids and log-probabilities, each `[rows, k]`, of the best types of `logits [rows, types]`. */
export const topLogProbabilities = fusedKernel('FusedTopLogProbabilities', {
  inputs: ['logits'],
  forward(backend, { logits }, { k, never }) {
    const [rows, types] = logits.shape;
    const ids = new Int32Array(rows * k);
    const logProbabilities = backend.pool.take(rows * k);
    backend.calls.call('sn_top_log_probabilities', {
      rows,
      types,
      k,
      logits: span(backend.array(logits), rows * types),
      never,
      ids: span(ids, rows * k),
      log_probabilities: span(logProbabilities, rows * k),
    });
    return [backend.makeTensorInfo([rows, k], 'int32', ids), backend.tensor(logProbabilities, [rows, k])];
  },
});
