import type { Value } from '../format/graph.ts';
import { attention } from './attention.ts';
import type { GraphMixing, GraphMixingPlace } from './mixing.ts';

/** Attention on the first half of the channels, a convolution on the second, results side by side. */
export function lsra(convolution: GraphMixing): GraphMixing {
  const branches = Object.entries({ attention, convolution });
  return {
    mix(at, x, visible) {
      const halves = halvesOf(at, x);
      return at.place.graph.concat(
        branches.map(([name, branch], i) => branch.mix(within(at, name), halves[i], visible)),
        -1,
      );
    },

    caches: (at) =>
      Object.fromEntries(branches.flatMap(([name, branch]) => named(name, branch.caches(within(at, name))))),

    step(at, x, past) {
      const halves = halvesOf(at, x);
      const steps = branches.map(([name, branch], i) => branch.step(within(at, name), halves[i], partOf(name, past)));
      return {
        y: at.place.graph.concat(
          steps.map(({ y }) => y),
          -1,
        ),
        present: Object.fromEntries(steps.flatMap(({ present }, i) => named(branches[i][0], present))),
      };
    },
  };
}

function halvesOf({ place: { graph } }: GraphMixingPlace, x: Value): Value[] {
  return graph.nodeOf(2, 'Split', [x], { axis: -1 });
}

function within({ place, ...size }: GraphMixingPlace, branch: string): GraphMixingPlace {
  return { ...size, place: place.below(branch) };
}

function named<Kept>(branch: string, kept: Readonly<Record<string, Kept>>): [string, Kept][] {
  return Object.entries(kept).map(([name, value]) => [`${branch}.${name}`, value]);
}

/** One branch's part of what both keep. */
function partOf(branch: string, past: Readonly<Record<string, Value>>): Record<string, Value> {
  const own = Object.entries(past).filter(([name]) => name.startsWith(`${branch}.`));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(branch.length + 1), value]));
}
