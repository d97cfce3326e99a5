import type { Parameter } from '../tensor/parameters.ts';

/** A linear map with Xavier's bounds and a bias of 0. */
export function linearParameters(name: string, fanIn: number, fanOut: number): Parameter[] {
  return [
    { name: `${name}.weight`, shape: [fanOut, fanIn], initial: { kind: 'xavier', gain: 1, fanIn, fanOut } },
    { name: `${name}.bias`, shape: [fanOut], initial: { kind: 'zeros' } },
  ];
}

/** Attention of `d` channels over `sources`: query, key, value and output, as fairseq starts them. */
export function attentionParameters(d: number, sources: number): Parameter[] {
  const gain = sources === d ? Math.SQRT1_2 : 1;
  const input = (name: string, fanIn: number): Parameter[] => [
    { name: `${name}.weight`, shape: [d, fanIn], initial: { kind: 'xavier', gain, fanIn, fanOut: d } },
    { name: `${name}.bias`, shape: [d], initial: { kind: 'uniform', bound: fanIn ** -0.5 } },
  ];
  return [...input('query', d), ...input('key', sources), ...input('value', sources), ...linearParameters('out', d, d)];
}

/** Layer normalisation of `d` channels. */
export function normParameters(name: string, d: number): Parameter[] {
  return [
    { name: `${name}.weight`, shape: [d], initial: { kind: 'ones' } },
    { name: `${name}.bias`, shape: [d], initial: { kind: 'zeros' } },
  ];
}
