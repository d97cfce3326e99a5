import { stepsBefore } from '../../tensor/ops/convolution.ts';
import type { GraphBuilder, Value } from '../format/graph.ts';
import { inHeads, outOfHeads } from './attention.ts';
import type { GraphMixing, GraphMixingPlace } from './mixing.ts';

/** What the two convolutions do not share: how kernels come about, and meet what they weigh. */
interface GraphKernels {
  /** Over all steps, `x [rows, time, d]` of which padding is 0 and `inner`, the same with it. */
  convolve(place: GraphMixingPlace, x: Value, inner: Value): Value;
  /** `Σ kernel · window` of one step, `[rows, 1, d]`, for `window [rows, K, d]` that ends in `inner [rows, 1, d]`. */
  weigh(place: GraphMixingPlace, window: Value, inner: Value): Value;
}

/** A convolution over time between two linear maps; a step keeps the K − 1 steps before it, zeros before the first. */
function convolution(kernels: GraphKernels): GraphMixing {
  return {
    mix(at, x, { keep }) {
      const inner = at.place.linear('in', x);
      return at.place.linear('out', kernels.convolve(at, at.place.graph.mul(inner, keep), inner));
    },

    caches: (at) => ({ window: [at.kernel - 1, widthOf(at)] }),

    step(at, x, past) {
      const { place, kernel } = at;
      const { graph } = place;
      const inner = place.linear('in', x);
      const window = graph.concat([past.window, inner], 1);
      return {
        y: place.linear('out', kernels.weigh(at, window, inner)),
        present: { window: graph.slice(window, graph.ints(1), graph.ints(kernel), 1) },
      };
    },
  };
}

/** One kernel for a group of channels, the same at all steps. */
export const light = convolution({
  convolve(at, x) {
    const { place, kernel } = at;
    const { graph } = place;
    const width = widthOf(at);
    const kernels = graph.constant(`${place.named('kernel')} by channel`, [width, 1, kernel], kernelsByChannel(at));
    const before = stepsBefore(kernel, 'centred');
    const attributes = { group: width, kernel_shape: [kernel], pads: [before, kernel - 1 - before] };
    return graph.transpose(graph.node('Conv', [graph.transpose(x, 0, 2, 1), kernels], attributes), 0, 2, 1);
  },

  weigh(at, window) {
    const { place, kernel } = at;
    const { graph } = place;
    const width = widthOf(at);
    const byChannel = kernelsByChannel(at);
    const byStep = Float32Array.from(byChannel, (_, i) => byChannel[(i % width) * kernel + Math.floor(i / width)]);
    const kernels = graph.constant(`${place.named('kernel')} by step`, [kernel, width], byStep);
    return graph.node('ReduceSum', [graph.mul(window, kernels), graph.ints(1)], { keepdims: 1 });
  },
});

/** Kernels of each step's own, made from that step alone. */
export const dynamic = convolution({
  convolve(at, x, inner) {
    const { place, heads, kernel } = at;
    const { graph } = place;
    const size = widthOf(at) / heads;
    const before = stepsBefore(kernel, 'centred');
    const padding = graph.ints(0, 0, before, 0, 0, 0, kernel - 1 - before, 0);
    const columns = graph.node('Pad', [inHeads(graph, x, heads, size), padding]);
    const band = skewed(graph, dynamicKernels(at, inner), kernel, graph.extent(x, 1));
    return outOfHeads(graph, graph.matMul(band, columns), heads * size);
  },

  weigh(at, window, inner) {
    const { place, heads } = at;
    const size = widthOf(at) / heads;
    const mixed = place.graph.matMul(dynamicKernels(at, inner), inHeads(place.graph, window, heads, size));
    return outOfHeads(place.graph, mixed, heads * size);
  },
});

/** `[rows, heads, time, K]`, each kernel summing to 1. */
function dynamicKernels({ place, heads, kernel }: GraphMixingPlace, inner: Value): Value {
  const { graph } = place;
  return graph.softmax(inHeads(graph, place.product('kernel', inner), heads, kernel));
}

/**
 * Band matrices from kernels: `[rows, heads, time, K]` to `[rows, heads, time, time + K − 1]`, step t moved right by t.
 * With `time` zeros behind each kernel, cutting their sequence into pieces one shorter moves each by one more.
 */
function skewed(graph: GraphBuilder, kernels: Value, kernel: number, time: Value): Value {
  const padded = graph.node('Pad', [kernels, graph.concat([graph.ints(0, 0, 0, 0, 0, 0, 0), time], 0)]);
  const length = graph.add(time, graph.ints(kernel - 1));
  const flat = graph.slice(graph.reshape(padded, 0, 0, -1), graph.ints(0), graph.mul(time, length), 2);
  return graph.reshapeTo(flat, [graph.ints(0, 0), time, length]);
}

/** Softmax of each head's kernel, once for each of its channels: `[d, K]`. */
function kernelsByChannel(at: GraphMixingPlace): Float32Array {
  const { place, heads, kernel } = at;
  const width = widthOf(at);
  const { data } = place.parameter('kernel');
  const result = new Float32Array(width * kernel);
  for (let channel = 0; channel < width; channel++) {
    const head = Math.floor((channel * heads) / width);
    result.set(softmax(data.subarray(head * kernel, (head + 1) * kernel)), channel * kernel);
  }
  return result;
}

function softmax(values: Float32Array): Float32Array {
  const largest = Math.max(...values);
  const exponentials = Array.from(values, (value) => Math.exp(value - largest));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return Float32Array.from(exponentials, (value) => value / sum);
}

/** Channels that the convolution is over: half of the layer's in a branch. */
function widthOf({ place }: GraphMixingPlace): number {
  return place.parameter('in.weight').shape[0];
}
