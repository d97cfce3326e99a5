import type { Parameter } from '../tensor/parameters.ts';

/**
 * A linear map with Xavier's bounds and a bias of 0.
 * @param rows of the matrix that it starts as a part of
 */
export function linearParameters(name: string, fanIn: number, fanOut: number, rows = fanOut): Parameter[] {
  return [
    { name: `${name}.weight`, shape: [fanOut, fanIn], initial: { kind: 'xavier', gain: 1, fanIn, fanOut: rows } },
    { name: `${name}.bias`, shape: [fanOut], initial: { kind: 'zeros' } },
  ];
}

/** What all attentions of a network have in common. */
export interface AttentionForm {
  /** Of query, key and value; absent: the channels that attend. */
  width?: number;
  /** Query, key and value start as the thirds of one matrix, their biases at 0 (HAT). */
  stacked?: boolean;
}

/** Attention of `d` channels over `sources`: query, key, value and output, as fairseq starts them or as HAT does. */
export function attentionParameters(
  d: number,
  sources: number,
  { width = d, stacked }: AttentionForm = {},
): Parameter[] {
  const input = (name: string, fanIn: number): Parameter[] => {
    if (stacked) return linearParameters(name, fanIn, width, 3 * width);
    const gain = sources === d ? Math.SQRT1_2 : 1;
    return [
      { name: `${name}.weight`, shape: [width, fanIn], initial: { kind: 'xavier', gain, fanIn, fanOut: width } },
      { name: `${name}.bias`, shape: [width], initial: { kind: 'uniform', bound: fanIn ** -0.5 } },
    ];
  };
  return [
    ...input('query', d),
    ...input('key', sources),
    ...input('value', sources),
    ...linearParameters('out', width, d),
  ];
}

/** Layer normalisation of `d` channels. */
export function normParameters(name: string, d: number): Parameter[] {
  return [
    { name: `${name}.weight`, shape: [d], initial: { kind: 'ones' } },
    { name: `${name}.bias`, shape: [d], initial: { kind: 'zeros' } },
  ];
}
