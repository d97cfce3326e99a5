import * as tf from '@tensorflow/tfjs-core';
import { attention } from './attention.ts';
import {
  below,
  type MixingOperator,
  type MixingPlace,
  type MixingSize,
  type MixingState,
  type PastState,
} from './operator.ts';

/**
 * Long-short range attention (Wu et al. 2019b): the first half of the channels to attention, with half of the width of
 * query, key and value, the second half to a convolution, results side by side.
 */
export function lsra(convolution: MixingOperator): MixingOperator {
  const branches = Object.entries({ attention, convolution });
  const half = ({ width, attention: form, ...size }: MixingSize): MixingSize => ({
    ...size,
    width: width / 2,
    attention: { ...form, width: (form?.width ?? width) / 2 },
  });
  return {
    parameters: (size) => branches.flatMap(([name, branch]) => below(name, branch.parameters(half(size)))),

    mix({ x, place, ...visibility }) {
      const halves = tf.split(x, 2, -1);
      const mixed = branches.map(([name, branch], i) =>
        branch.mix({ x: halves[i], place: within(place, name), ...visibility }),
      );
      return tf.concat(mixed, -1);
    },

    step({ x, place, state }) {
      const halves = tf.split(x, 2, -1);
      const steps = branches.map(([name, branch], i) =>
        branch.step({ x: halves[i], place: within(place, name), state: state && stateOf(name, state) }),
      );
      return {
        y: tf.concat(
          steps.map(({ y }) => y),
          -1,
        ),
        state: Object.fromEntries(steps.flatMap((step, i) => named(branches[i][0], step.state))),
      };
    },

    operations(size, length) {
      const costs = branches.map(([, branch]) => branch.operations(half(size), length));
      return { layers: costs[0].layers + costs[1].layers, taps: costs[0].taps + costs[1].taps };
    },

    division: (heads) => ({
      parts: 2 * heads,
      what: `parts (two branches of ${heads} heads)`,
      widths: ['layer', 'attention'],
    }),
  };
}

function within(place: MixingPlace, branch: string): MixingPlace {
  return { ...place, weight: (name) => place.weight(`${branch}.${name}`) };
}

function named(branch: string, state: MixingState): [string, tf.Tensor][] {
  return Object.entries(state).map(([name, tensor]) => [`${branch}.${name}`, tensor]);
}

/** One branch's part of what both keep. */
function stateOf(branch: string, { kept, parents }: PastState): PastState {
  const prefix = `${branch}.`;
  const own = Object.entries(kept).filter(([name]) => name.startsWith(prefix));
  return { kept: Object.fromEntries(own.map(([name, tensor]) => [name.slice(prefix.length), tensor])), parents };
}
