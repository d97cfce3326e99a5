import type { Architecture, ModelConfig } from '../../model/architecture.ts';
import type { Weights } from '../../tensor/parameters.ts';

/** What a cost is measured with. */
export interface CostTerms {
  config: ModelConfig;
  /** Of a supernet, or of the network itself. */
  weights: Weights;
  /** Milliseconds that a predictor expects of a network; absent where there is none. */
  predictLatency?(architecture: Architecture): number;
}

/** What a network costs. One object is all that the search knows of a cost. */
export interface Cost {
  /** What is counted, after a number in messages. */
  unit: string;
  /**
   * Whether measuring takes no time to speak of: an expensive figure is measured once a
   * network, and only where it is bounded.
   */
  isCheap: boolean;
  /** Whether a clock measures it: such figures do not repeat themselves. */
  isTimed?: boolean;
  /** The less the better. */
  measure(terms: CostTerms, architecture: Architecture): number;
}
