import type { Batch } from '../../src/model/batch.ts';
import {
  dropout,
  heads,
  innerOf,
  kernels,
  labelSmoothing,
  layers,
  learningRate,
  type ModelSizes,
} from '../support/model.ts';

/** A batch as lists: the same ids and the same padding on both sides. */
export interface BatchMessage {
  size: number;
  source: number[];
  input: number[];
  target: number[];
}

/** Makes a model. */
export interface OpenRequest extends ModelSizes {
  do: 'open';
  engine: string;
  threads: number;
  inner: number;
  layers: number;
  heads: number;
  kernels: number[];
  dropout: number;
  labelSmoothing: number;
  learningRate: number;
}

export interface OpenAnswer {
  /** Of the engine, or of PyTorch. */
  version: string;
  /** Largest resident memory before there was a model, bytes. */
  memory: number;
}

/** A training step with the model, or without gradients a forward pass with its loss. */
export interface StepRequest {
  do: 'step' | 'forward';
  batch: BatchMessage;
}

export interface StepAnswer {
  seconds: number;
  /** Smoothed, nats a target token. */
  loss: number;
  /** Target tokens, padding not counted. */
  tokens: number;
  /** Largest resident memory so far, bytes. */
  memory: number;
}

export function openRequest(sizes: ModelSizes, threads: number, engine = 'native'): OpenRequest {
  return {
    do: 'open',
    ...sizes,
    engine,
    threads,
    inner: innerOf(sizes.width),
    layers,
    heads,
    kernels,
    dropout,
    labelSmoothing,
    learningRate,
  };
}

export function messageOf({ size, source, input, target }: Batch): BatchMessage {
  return { size, source: Array.from(source), input: Array.from(input), target: Array.from(target) };
}

export function batchOf({ size, source, input, target }: BatchMessage, padding: number): Batch {
  return {
    size,
    sourceLength: source.length / size,
    targetLength: target.length / size,
    source: Int32Array.from(source),
    input: Int32Array.from(input),
    target: Int32Array.from(target),
    tokens: target.filter((id) => id !== padding).length,
  };
}
