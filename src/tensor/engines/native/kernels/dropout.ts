import type * as tf from '@tensorflow/tfjs-core';
import type { Drops } from '../../../ops/attributes.ts';
import { elements, type NativeBackend } from '../backend.ts';
import { dropping, span, whole } from '../calls.ts';
import { fusedKernel } from '../fused.ts';

/** Dropout of what a tensor holds. */
export function dropped(backend: NativeBackend, x: tf.TensorInfo, drops: Drops): Float32Array {
  const y = backend.pool.take(elements(x.shape));
  backend.calls.call('sn_dropout', {
    n: y.length,
    x: span(backend.array(x), y.length),
    ...dropping(drops),
    y: whole(y),
  });
  return y;
}

export const dropout = fusedKernel('FusedDropout', {
  inputs: ['x'],
  forward: (backend, { x }, { drops }) => backend.tensor(dropped(backend, x, drops), x.shape),
  gradient: {
    by: ['x'],
    saves: [],
    // The same elements are dropped, the others scaled alike: dropout is its own gradient.
    compute: (backend, { dy }, { drops }) => ({ x: backend.tensor(dropped(backend, dy, drops), dy.shape) }),
  },
});

/** x + dropout(y). */
export const residualSum = fusedKernel('FusedResidualSum', {
  inputs: ['x', 'y'],
  forward(backend, { x, y }, { drops }) {
    const n = elements(x.shape);
    const summand = dropped(backend, y, drops);
    const out = backend.pool.take(n);
    backend.calls.call('sn_binary', {
      op: 0,
      broadcast: 0,
      rows: 1,
      columns: n,
      a: span(backend.array(x), n),
      b: whole(summand),
      out: whole(out),
    });
    backend.pool.give(summand);
    return backend.tensor(out, x.shape);
  },
  gradient: {
    by: ['x', 'y'],
    // TensorFlow.js's own sum would save both for their shapes.
    saves: [],
    compute: (backend, { dy }, { drops }) => ({
      x: backend.share(dy),
      y: backend.tensor(dropped(backend, dy, drops), dy.shape),
    }),
  },
});
