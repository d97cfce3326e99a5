import type { Parameter } from '../tensor/parameters.ts';
import { type Architecture, type EncoderLayer, kernelOf, type ModelConfig, special } from './architecture.ts';
import { below } from './mixing/operator.ts';
import { operatorOf } from './mixing/operators.ts';
import { attentionParameters, linearParameters, normParameters } from './parameter-blocks.ts';

/**
 * All parameters of one architecture, in a fixed order. Names and shapes are PyTorch's: a linear map is `[out, in]`. A
 * subnet's parameter is the leading corner of the supernet's parameter of the same name.
 */
export function parametersOf(config: ModelConfig, { encoder, decoder }: Architecture): Parameter[] {
  return [
    embedding('encoder.embedding', config.sourceTypes, encoder.width),
    ...encoder.layers.flatMap((layer, i) => [
      ...mixing(`encoder.layers.${i}`, layer, encoder.width, kernelOf(config, i)),
      ...normParameters(`encoder.layers.${i}.mixing-norm`, encoder.width),
      ...feedForward(`encoder.layers.${i}.feed-forward`, encoder.width, layer.inner),
      ...normParameters(`encoder.layers.${i}.feed-forward-norm`, encoder.width),
    ]),
    ...(config.norm === 'pre' ? normParameters('encoder.norm', encoder.width) : []),
    embedding('decoder.embedding', config.targetTypes, decoder.width),
    ...decoder.layers.flatMap((layer, i) => [
      ...mixing(`decoder.layers.${i}`, layer, decoder.width, kernelOf(config, i)),
      ...normParameters(`decoder.layers.${i}.mixing-norm`, decoder.width),
      ...below(`decoder.layers.${i}.cross`, attentionParameters(decoder.width, encoder.width)),
      ...normParameters(`decoder.layers.${i}.cross-norm`, decoder.width),
      ...feedForward(`decoder.layers.${i}.feed-forward`, decoder.width, layer.inner),
      ...normParameters(`decoder.layers.${i}.feed-forward-norm`, decoder.width),
    ]),
    ...(config.norm === 'pre' ? normParameters('decoder.norm', decoder.width) : []),
    {
      ...embedding('output', config.targetTypes, decoder.width),
      initial: { kind: 'normal', deviation: decoder.width ** -0.5 },
    },
  ];
}

function mixing(name: string, { operator, heads }: EncoderLayer, width: number, kernel: number): Parameter[] {
  return below(`${name}.${operator}`, operatorOf(operator).parameters({ width, heads, kernel }));
}

function feedForward(name: string, d: number, inner: number): Parameter[] {
  return [...linearParameters(`${name}.up`, d, inner), ...linearParameters(`${name}.down`, inner, d)];
}

function embedding(name: string, types: number, d: number): Parameter {
  return {
    name: `${name}.weight`,
    shape: [types, d],
    initial: { kind: 'normal', deviation: d ** -0.5, zeroRow: special.padding },
  };
}
