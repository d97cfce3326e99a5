import type { Operator } from '../../model/mixing/operators.ts';
import { StageError } from '../../runner/stage.ts';
import type { Dimensions, Value } from '../format/graph.ts';
import { attention } from './attention.ts';
import { dynamic, light } from './convolution.ts';
import { lsra } from './lsra.ts';
import type { GraphPlace } from './place.ts';

/** Where a mixing operator stands, and its choices. */
export interface GraphMixingPlace {
  /** Its parameters, by their names below the operator's. */
  place: GraphPlace;
  heads: number;
  /** Taps of a convolution, K. */
  kernel: number;
}

/** What the steps of a padded source may see. */
export interface GraphVisibility {
  /** `[sentences, 1, 1, length]`, far below any score at padding, else 0. */
  mask: Value;
  /** `[sentences, length, 1]`, 0 at padding, else 1. */
  keep: Value;
}

/** A mixing operator in a graph: what `MixingOperator` computes, without dropout. */
export interface GraphMixing {
  /** Every step of the source at once: `x [sentences, length, d]`. */
  mix(at: GraphMixingPlace, x: Value, visible: GraphVisibility): Value;
  /** What steps keep, by name: extents behind the rows. The named one grows by a step each time, from none. */
  caches(at: GraphMixingPlace): Record<string, Dimensions>;
  /** One step of the target, `x [rows, 1, d]`, of which each row has a row of what was kept. */
  step(
    at: GraphMixingPlace,
    x: Value,
    past: Readonly<Record<string, Value>>,
  ): { y: Value; present: Record<string, Value> };
}

/** An operator that has none can do all but be exported. */
const graphMixings: Readonly<Partial<Record<Operator, GraphMixing>>> = {
  attention,
  light,
  dynamic,
  'lsra-light': lsra(light),
  'lsra-dynamic': lsra(dynamic),
};

/** @throws StageError for an operator without a graph */
export function graphMixingOf(operator: Operator): GraphMixing {
  const mixing = graphMixings[operator];
  if (mixing === undefined)
    throw new StageError(`The mixing operator ${operator} has no ONNX graph: src/onnx/graphs/mixing.ts lacks it.`);
  return mixing;
}
