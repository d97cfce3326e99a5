import type { Shape } from '../support/shapes.ts';
import { Peer } from './peer.ts';

export interface ProductAnswer {
  /** Of one product: the median of several. */
  seconds: number;
  /** First, middle and last element of the product of `factor`s. */
  sample: number[];
}

/** OpenBLAS's sgemm, through NumPy, on that many threads. */
export class Blas {
  private readonly peer: Peer;

  constructor(threads: number) {
    this.peer = Peer.python('sgemm.py', { OPENBLAS_NUM_THREADS: String(threads) });
  }

  /** Name, version and configuration of the library. */
  async describe(): Promise<string> {
    return (await this.peer.ask<{ library: string }>({ do: 'describe' })).library;
  }

  /** Repeats the product for about that long, three times at least. */
  multiply(
    { transposeA, transposeB, m, n, k }: Pick<Shape, 'transposeA' | 'transposeB' | 'm' | 'n' | 'k'>,
    milliseconds: number,
  ): Promise<ProductAnswer> {
    return this.peer.ask({ do: 'multiply', transposeA, transposeB, m, n, k, milliseconds });
  }

  end(): Promise<void> {
    return this.peer.end();
  }
}
