import type { Parameter } from '../tensor/parameters.ts';
import { type Architecture, kernelOf, type ModelConfig, type Operator, special } from './architecture.ts';

/**
 * All parameters of one architecture, in a fixed order. Names and shapes are PyTorch's: a linear map is `[out, in]`. A subnet's
 * parameter is the leading corner of the supernet's parameter of the same name.
 */
export function parametersOf(config: ModelConfig, { encoder, decoder }: Architecture): Parameter[] {
  return [
    embedding('encoder.embedding', config.sourceTypes, encoder.width),
    ...encoder.layers.flatMap((layer, i) => [
      ...mixing(`encoder.layers.${i}.${layer.operator}`, layer.operator, encoder.width, layer.heads, kernelOf(config, i)),
      ...norm(`encoder.layers.${i}.mixing-norm`, encoder.width),
      ...feedForward(`encoder.layers.${i}.feed-forward`, encoder.width, layer.inner),
      ...norm(`encoder.layers.${i}.feed-forward-norm`, encoder.width),
    ]),
    ...(config.norm === 'pre' ? norm('encoder.norm', encoder.width) : []),
    embedding('decoder.embedding', config.targetTypes, decoder.width),
    ...decoder.layers.flatMap((layer, i) => [
      ...mixing(`decoder.layers.${i}.${layer.operator}`, layer.operator, decoder.width, layer.heads, kernelOf(config, i)),
      ...norm(`decoder.layers.${i}.mixing-norm`, decoder.width),
      ...attention(`decoder.layers.${i}.cross`, decoder.width, encoder.width),
      ...norm(`decoder.layers.${i}.cross-norm`, decoder.width),
      ...feedForward(`decoder.layers.${i}.feed-forward`, decoder.width, layer.inner),
      ...norm(`decoder.layers.${i}.feed-forward-norm`, decoder.width),
    ]),
    ...(config.norm === 'pre' ? norm('decoder.norm', decoder.width) : []),
    { ...embedding('output', config.targetTypes, decoder.width), initial: { kind: 'normal', deviation: decoder.width ** -0.5 } },
  ];
}

/** Parameters of one mixing operator of width `d`. */
function mixing(name: string, operator: Operator, d: number, heads: number, kernel: number): Parameter[] {
  switch (operator) {
    case 'attention': return attention(name, d, d);
    case 'light': return lightBlock(name, d, heads, kernel);
    case 'dynamic': return dynamicBlock(name, d, heads, kernel);
    case 'lsra-light': return [...attention(`${name}.attention`, d / 2, d / 2), ...lightBlock(`${name}.convolution`, d / 2, heads, kernel)];
    case 'lsra-dynamic': return [...attention(`${name}.attention`, d / 2, d / 2), ...dynamicBlock(`${name}.convolution`, d / 2, heads, kernel)];
  }
}

function attention(name: string, d: number, sources: number): Parameter[] {
  const gain = sources === d ? Math.SQRT1_2 : 1;
  const bias = (fanIn: number) => ({ kind: 'uniform' as const, bound: fanIn ** -0.5 });
  return [
    { name: `${name}.query.weight`, shape: [d, d], initial: { kind: 'xavier', gain, fanIn: d, fanOut: d } },
    { name: `${name}.query.bias`, shape: [d], initial: bias(d) },
    { name: `${name}.key.weight`, shape: [d, sources], initial: { kind: 'xavier', gain, fanIn: sources, fanOut: d } },
    { name: `${name}.key.bias`, shape: [d], initial: bias(sources) },
    { name: `${name}.value.weight`, shape: [d, sources], initial: { kind: 'xavier', gain, fanIn: sources, fanOut: d } },
    { name: `${name}.value.bias`, shape: [d], initial: bias(sources) },
    ...linear(`${name}.out`, d, d),
  ];
}

function lightBlock(name: string, d: number, heads: number, kernel: number): Parameter[] {
  return [
    ...linear(`${name}.in`, d, d),
    { name: `${name}.kernel`, shape: [heads, kernel], initial: { kind: 'xavier', gain: 1, fanIn: kernel, fanOut: heads * kernel } },
    ...linear(`${name}.out`, d, d),
  ];
}

function dynamicBlock(name: string, d: number, heads: number, kernel: number): Parameter[] {
  return [
    ...linear(`${name}.in`, d, d),
    { name: `${name}.kernel`, shape: [heads * kernel, d], initial: { kind: 'uniform', bound: d ** -0.5 } },
    ...linear(`${name}.out`, d, d),
  ];
}

function feedForward(name: string, d: number, inner: number): Parameter[] {
  return [...linear(`${name}.up`, d, inner), ...linear(`${name}.down`, inner, d)];
}

function linear(name: string, fanIn: number, fanOut: number): Parameter[] {
  return [
    { name: `${name}.weight`, shape: [fanOut, fanIn], initial: { kind: 'xavier', gain: 1, fanIn, fanOut } },
    { name: `${name}.bias`, shape: [fanOut], initial: { kind: 'zeros' } },
  ];
}

function norm(name: string, d: number): Parameter[] {
  return [
    { name: `${name}.weight`, shape: [d], initial: { kind: 'ones' } },
    { name: `${name}.bias`, shape: [d], initial: { kind: 'zeros' } },
  ];
}

function embedding(name: string, types: number, d: number): Parameter {
  return { name: `${name}.weight`, shape: [types, d], initial: { kind: 'normal', deviation: d ** -0.5, zeroRow: special.padding } };
}
