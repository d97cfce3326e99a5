import { readFileSync } from 'node:fs';
import type { Activation } from '../../../src/tensor/ops/attributes.ts';
import type { Window } from '../../../src/tensor/ops/convolution.ts';
import type { AdamOptions } from '../../../src/tensor/adam.ts';
import type { Architecture, DecoderLayer, EncoderLayer, ModelConfig } from '../../../src/model/architecture.ts';
import type { Operator } from '../../../src/model/mixing/operators.ts';
import type { SmoothingForm } from '../../../src/model/label-smoothing.ts';
import type { Schedule } from '../../../src/model/schedule.ts';
import type { UpdateReport } from '../../../src/model/trainer.ts';
import type { Stored } from './stored.ts';

/** What PyTorch made of an operator or a cell. */
export interface Computed {
  /** Under which everything is drawn. */
  name: string;
  /** Inputs are uniform over ± this. */
  scale: number;
  /** Keys of the gradients that are by an input; the others are by a parameter. */
  inputs: string[];
  output: Stored;
  gradients: Record<string, Stored>;
}

/** `lengths` are those of the sentences, of the sources where there are two sides. */
export type OperatorCase = Computed
  & (
    | { kind: 'attention'; heads: number; causal: boolean; lengths: number[] }
    | { kind: 'light-convolution' | 'dynamic-convolution'; window: Window }
    | {
        kind: 'mixing';
        operator: Operator;
        window: Window;
        heads: number;
        taps: number;
        width: number;
        lengths: number[];
      }
    | { kind: 'feed-forward'; activation: Activation }
    | { kind: 'layer-norm' | 'residual-norm' }
    | { kind: 'embedding'; side: 'encoder' | 'decoder'; width: number; types: number; lengths: number[] }
    | { kind: 'cross-entropy'; smoothing: number; form: SmoothingForm; types: number; lengths: number[] }
  );

type Cell = Computed & { norm: ModelConfig['norm']; taps: number; width: number; lengths: number[] };
export type EncoderCase = Cell & { kind: 'encoder'; cell: EncoderLayer };
export type DecoderCase = Cell & { kind: 'decoder'; encoderWidth: number; cell: DecoderLayer };

/** A network as test/model/golden/model.py takes it. */
type WholeNetwork = Architecture & Pick<ModelConfig, 'norm' | 'kernels' | 'sourceTypes' | 'targetTypes'>;

/** Pairs of lengths of source and target. */
type Lengths = [number, number][];

export interface NetworkCase {
  kind: 'network';
  name: string;
  network: WholeNetwork;
  lengths: Lengths;
  smoothing: number;
  /** Smoothed, and without smoothing; sums over the target tokens in nats. */
  loss: number;
  likelihood: number;
  /** Logits, 0 at padding. */
  output: Stored;
  gradients: Record<string, Stored>;
}

export interface TrainingCase {
  kind: 'training';
  name: string;
  network: WholeNetwork;
  /** Of each update's batch. */
  lengths: Lengths[];
  smoothing: number;
  clipNorm: number;
  adam: AdamOptions;
  schedule: Schedule;
  reports: UpdateReport[];
  /** After the last update. */
  weights: Record<string, Stored>;
}

export interface OptimiserCase {
  kind: 'optimiser';
  name: string;
  shape: [number, number];
  adam: AdamOptions;
  scale: number;
  rates: number[];
  /** After the last update. */
  weight: Stored;
}

/** Cases of a file in test/model/golden. */
export function readCases<T>(file: string): T[] {
  return JSON.parse(readFileSync(`test/model/golden/${file}`, 'utf8')) as T[];
}

export function configOf({ norm, kernels, sourceTypes, targetTypes }: WholeNetwork): ModelConfig {
  return { norm, kernels, sourceTypes, targetTypes, dropout: 0, weightDropout: 0 };
}
