import type { StoredParameter, Weights } from '../../tensor/parameters.ts';
import type { GraphBuilder, Value } from '../format/graph.ts';
import type { Matrices } from './matrices.ts';

/** A part of a network in a graph: parameters by their names below its own. */
export class GraphPlace {
  constructor(
    readonly graph: GraphBuilder,
    private readonly weights: Pick<Weights, 'get'>,
    private readonly matrices: Matrices,
    private readonly name = '',
  ) {}

  below(name: string): GraphPlace {
    return new GraphPlace(this.graph, this.weights, this.matrices, this.named(name));
  }

  parameter(name: string): StoredParameter {
    return this.weights.get(this.named(name));
  }

  vector(name: string): Value {
    const { shape, data } = this.parameter(name);
    return this.graph.constant(this.named(name), shape, data);
  }

  /** `x Wᵀ` with the matrix `name`. */
  product(name: string, x: Value): Value {
    return this.matrices.product(this.graph, this.named(name), this.parameter(name), x);
  }

  /** `x Wᵀ + b`, the linear map whose parameters are `name.weight` and `name.bias`. */
  linear(name: string, x: Value): Value {
    return this.graph.add(this.product(`${name}.weight`, x), this.vector(`${name}.bias`));
  }

  /** `scale · E[ids]` with the table `name`. */
  rows(name: string, ids: Value, scale: number): Value {
    return this.matrices.rows(this.graph, this.named(name), this.parameter(name), ids, scale);
  }

  /** Layer normalisation by `name.weight` and `name.bias`, over the last axis. */
  norm(name: string, x: Value): Value {
    const gains = [this.vector(`${name}.weight`), this.vector(`${name}.bias`)];
    return this.graph.node('LayerNormalization', [x, ...gains], { axis: -1, epsilon: { float: 1e-5 } });
  }

  /** The whole name of a parameter. */
  named(name: string): string {
    return this.name === '' ? name : `${this.name}.${name}`;
  }
}
