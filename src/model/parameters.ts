import type { Parameter } from '../tensor/parameters.ts';
import {
  type Architecture,
  type EncoderLayer,
  kernelOf,
  type ModelConfig,
  type ModelPart,
  special,
  type Unshared,
} from './architecture.ts';
import { below } from './mixing/operator.ts';
import { operatorOf } from './mixing/operators.ts';
import { type AttentionForm, attentionParameters, linearParameters, normParameters } from './parameter-blocks.ts';

/**
 * All parameters of one architecture, in a fixed order. Names and shapes are PyTorch's: a linear map is `[out, in]`. A
 * subnet's parameter is the leading corner of the supernet's parameter of the same name, or of the one that it is stored
 * as where not all subnets share it.
 */
export function parametersOf(config: ModelConfig, architecture: Architecture): Parameter[] {
  const { encoder, decoder } = architecture;
  const form = attentionForm(config, architecture);
  const [embedded, ...output] = targetParameters(config, decoder.width);
  return [
    embedding('encoder.embedding', config.sourceTypes, encoder.width),
    ...encoder.layers.flatMap((layer, i) => [
      ...mixing(config, 'encoder', i, layer, encoder.width, form),
      ...feedForward(`encoder.layers.${i}.feed-forward`, encoder.width, layer.inner),
      ...normParameters(`encoder.layers.${i}.feed-forward-norm`, encoder.width),
    ]),
    ...(config.norm === 'pre' ? normParameters('encoder.norm', encoder.width) : []),
    embedded,
    ...decoder.layers.flatMap((layer, i) => [
      ...mixing(config, 'decoder', i, layer, decoder.width, form),
      ...below(`decoder.layers.${i}.cross`, attentionParameters(decoder.width, encoder.width, form)),
      ...normParameters(`decoder.layers.${i}.cross-norm`, decoder.width),
      ...feedForward(`decoder.layers.${i}.feed-forward`, decoder.width, layer.inner),
      ...normParameters(`decoder.layers.${i}.feed-forward-norm`, decoder.width),
    ]),
    ...(config.norm === 'pre' ? normParameters('decoder.norm', decoder.width) : []),
    ...output,
  ];
}

/** Target embedding and output matrix of a decoder that is `width` wide. */
export function targetParameters(config: ModelConfig, width: number): Parameter[] {
  const tables: Parameter[] = [
    embedding('decoder.embedding', config.targetTypes, width),
    { ...embedding('output', config.targetTypes, width), initial: { kind: 'normal', deviation: width ** -0.5 } },
  ];
  return apart(config, 'targets', width, tables);
}

function attentionForm({ stackedAttention }: ModelConfig, { attentionWidth }: Architecture): AttentionForm {
  return { width: attentionWidth, stacked: stackedAttention };
}

/** A mixing operator and the norm after it. */
function mixing(
  config: ModelConfig,
  part: ModelPart,
  i: number,
  { operator, heads }: EncoderLayer,
  width: number,
  form: AttentionForm,
): Parameter[] {
  const name = `${part}.layers.${i}`;
  const parameters = operatorOf(operator).parameters({ width, heads, kernel: kernelOf(config, i), attention: form });
  return [
    ...below(`${name}.${operator}`, parameters),
    ...apart(config, 'norms', operator, normParameters(`${name}.mixing-norm`, width)),
  ];
}

/** Stored by what they belong to where the supernet has them unshared. */
function apart(
  { unshared = [] }: ModelConfig,
  what: Unshared,
  owner: string | number,
  parameters: Parameter[],
): Parameter[] {
  if (!unshared.includes(what)) return parameters;
  return parameters.map((parameter) => ({ ...parameter, storedAs: `${parameter.name}@${owner}` }));
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
