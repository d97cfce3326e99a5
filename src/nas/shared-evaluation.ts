import * as tf from '@tensorflow/tfjs-core';
import type { Architecture, ModelConfig } from '../model/architecture.ts';
import type { Batch } from '../model/batch.ts';
import { decoderLayer, outputFeatures } from '../model/decoder.ts';
import { embed } from '../model/embedding.ts';
import { encoderLayer, encodingOf, visibilityOf } from '../model/encoder.ts';
import { loadNetwork } from '../model/load-network.ts';
import { lossOfFeatures, type LossSums, totalOf } from '../model/loss.ts';
import type { Visibility } from '../model/mixing/operator.ts';
import type { Network } from '../model/network.ts';
import { decoderLayerOperations, encoderLayerOperations, type Lengths } from './costs/operations.ts';
import { groupBy } from './group-by.ts';
import type { MeasuredSupernet } from './supernet.ts';

/** What is computed of the features that a batch's decoder gives. */
type Measure<Value extends tf.TensorContainer> = (net: Network, features: tf.Tensor, batch: Batch) => Value;

/**
 * Measures many networks with a supernet's weights, without dropout, on all batches. Networks that agree on
 * their first steps (encoder width, encoder layers one by one, decoder width, decoder layers one by one) share what
 * these compute: the networks are the leaves of a tree whose nodes are such steps, and each node is computed once,
 * depth first. What is measured is that of separate evaluation to the last bit, since each step computes the same from the
 * same. In memory are, for all batches, what the steps on the way from the root have left: up to 14 arrays of [tokens,
 * d] in the paper's space, 0.5 GB for 30,000 tokens at width 320.
 *
 * @param architectures in any order
 * @param onMeasured called as soon as a network is measured, with its index and a value for each batch
 */
export function measureSharing<Value extends tf.TensorContainer>(
  terms: MeasuredSupernet,
  architectures: readonly Architecture[],
  measure: Measure<Value>,
  onMeasured: (index: number, values: Value[]) => void,
): void {
  const visible = terms.batches.map(({ source, size }) => visibilityOf(source, size));
  try {
    const networks = architectures.map((architecture, index) => ({
      index,
      architecture,
      steps: stepsOf(architecture),
    }));
    descend(
      { terms, visible, measure, onMeasured },
      networks,
      0,
      terms.batches.map(() => ({ outputs: [] })),
    );
  } finally {
    tf.dispose(visible.map(({ keep }) => keep ?? []));
  }
}

/** The losses of many networks, summed over all batches. */
export function evaluateSharing(
  { labelSmoothing, ...terms }: MeasuredSupernet & { labelSmoothing: number },
  architectures: readonly Architecture[],
  onLoss: (index: number, sums: LossSums) => void,
): void {
  measureSharing(
    terms,
    architectures,
    (net, features, batch) => lossOfFeatures(net, features, batch, labelSmoothing),
    (index, sums) => onLoss(index, totalOf(sums)),
  );
}

interface Candidate {
  index: number;
  architecture: Architecture;
  steps: Step[];
}

/** One step of a network's computation; equal keys after equal earlier steps are equal computations. */
export interface Step {
  key: string;
  run(net: Network, batch: Batch, state: State, visible: Visibility): State;
  /** Multiply-adds for a sentence pair. */
  operations(config: ModelConfig, lengths: Lengths): number;
}

/** What the steps so far have computed for one batch. */
interface State {
  x?: tf.Tensor;
  /** Of the encoder layers, last first. */
  outputs: readonly tf.Tensor[];
}

export function stepsOf(architecture: Architecture): Step[] {
  const { encoder, decoder } = architecture;
  const total = ({ layers, taps }: { layers: number; taps: number }) => layers + taps;
  return [
    {
      key: `${encoder.width}`,
      run: (net, { source, size }) => ({ x: embed(net, 'encoder', source, size), outputs: [] }),
      operations: () => 0,
    },
    ...encoder.layers.map((layer, i): Step => ({
      key: JSON.stringify(layer),
      run(net, _, { x, outputs }, visible) {
        const y = encoderLayer(net, i, x!, visible);
        return { x: y, outputs: [y, ...outputs] };
      },
      operations: (config, lengths) => total(encoderLayerOperations(config, architecture, layer, i, lengths)),
    })),
    {
      key: `${decoder.width}`,
      run: (net, { input, size }, { outputs }) => ({ x: embed(net, 'decoder', input, size), outputs }),
      operations: () => 0,
    },
    ...decoder.layers.map((layer, i): Step => ({
      key: JSON.stringify(layer),
      run: (net, _, { x, outputs }, { mask }) => ({
        x: decoderLayer(net, i, x!, encodingOf(net, outputs, mask)),
        outputs,
      }),
      operations: (config, lengths) => total(decoderLayerOperations(config, architecture, layer, i, lengths)),
    })),
  ];
}

interface Walk<Value extends tf.TensorContainer> {
  terms: MeasuredSupernet;
  visible: readonly Visibility[];
  measure: Measure<Value>;
  onMeasured: (index: number, values: Value[]) => void;
}

/** Evaluates candidates that agree on their first `depth` steps, which left `states`, one a batch. */
function descend<Value extends tf.TensorContainer>(
  walk: Walk<Value>,
  candidates: readonly Candidate[],
  depth: number,
  states: readonly State[],
): void {
  for (const group of groupBy(candidates, ({ steps }) => steps[depth]?.key ?? '').values()) {
    const [{ architecture, steps }] = group;
    const net = loadNetwork(walk.terms.config, architecture, walk.terms.weights);
    const step = steps[depth];
    if (!step) {
      // Networks that are equal in everything are measured once.
      const values = finish(walk, net, states);
      net.dispose();
      group.forEach(({ index }) => walk.onMeasured(index, values));
      continue;
    }
    const next = walk.terms.batches.map((batch, i) => keepNew(() => step.run(net, batch, states[i], walk.visible[i])));
    net.dispose();
    descend(walk, group, depth + 1, next);
    tf.dispose(next.map(({ x }) => x!));
  }
}

function finish<Value extends tf.TensorContainer>(
  { terms: { batches }, measure }: Walk<Value>,
  net: Network,
  states: readonly State[],
): Value[] {
  return batches.map((batch, i) => tf.tidy(() => measure(net, outputFeatures(net, states[i].x!), batch)));
}

/** Runs a step; what it computed outlives it. */
function keepNew(run: () => State): State {
  let state: State = { outputs: [] };
  tf.tidy(() => {
    state = run();
    tf.keep(state.x!);
  });
  return state;
}
