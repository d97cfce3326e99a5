import type { Architecture, DecoderLayer, EncoderLayer, ModelPart } from '../model/architecture.ts';
import { operatorNames } from '../model/mixing/operators.ts';
import { activations } from '../tensor/ops/attributes.ts';
import type { GenePosition } from './space.ts';

/**
 * What a predictor is told of a network: `hat` are the ten features of HAT (Wang et al. 2020, `get_config_features`), in
 * its order; `mixed` are these and, for each stack, the shares of its layers that have each operator and activation.
 */
export const featureSets = ['hat', 'mixed'] as const;
export type FeatureSet = (typeof featureSets)[number];

interface Feature {
  name: string;
  part: ModelPart;
  /** The genes of the part that decide it. */
  fields: readonly GenePosition['field'][];
  of(architecture: Architecture): number;
}

const meanOver = <Layer>(layers: readonly Layer[], of: (layer: Layer) => number): number =>
  layers.reduce((sum, layer) => sum + of(layer), 0) / layers.length;

const stack = (part: ModelPart): Feature[] => [
  { name: `${part} width`, part, fields: ['width'], of: (architecture) => architecture[part].width },
  { name: `${part} layers`, part, fields: ['layers'], of: (architecture) => architecture[part].layers.length },
  {
    name: `${part} inner width`,
    part,
    fields: ['inner', 'ratio'],
    of: (architecture) => meanOver<EncoderLayer>(architecture[part].layers, (l) => l.inner),
  },
  {
    name: `${part} heads`,
    part,
    fields: ['heads'],
    of: (architecture) => meanOver<EncoderLayer>(architecture[part].layers, (l) => l.heads),
  },
];

const cross = (name: string, field: 'crossHeads' | 'span'): Feature => ({
  name,
  part: 'decoder',
  fields: [field],
  of: ({ decoder }) => meanOver<DecoderLayer>(decoder.layers, (layer) => layer[field]),
});

const share = (part: ModelPart, field: 'operator' | 'activation', value: string): Feature => ({
  name: `${part} ${value}`,
  part,
  fields: [field],
  of: (architecture) => meanOver<EncoderLayer>(architecture[part].layers, (layer) => Number(layer[field] === value)),
});

const hat = [...stack('encoder'), ...stack('decoder'), cross('cross heads', 'crossHeads'), cross('span', 'span')];

const shares = (['encoder', 'decoder'] as const).flatMap((part) => [
  ...operatorNames.map((operator) => share(part, 'operator', operator)),
  ...activations.map((activation) => share(part, 'activation', activation)),
]);

const features: Record<FeatureSet, readonly Feature[]> = { hat, mixed: [...hat, ...shares] };

export function featureNames(set: FeatureSet): string[] {
  return features[set].map(({ name }) => name);
}

/** A number for each of the names: widths in channels, means over the layers that are there, shares from 0 to 1. */
export function featuresOf(architecture: Architecture, set: FeatureSet): number[] {
  return features[set].map(({ of }) => of(architecture));
}

/** Whether a gene decides one of these features of the set, which are named by their places. */
export function decidesFeature({ part, field }: GenePosition, set: FeatureSet, places: readonly number[]): boolean {
  return places.some((place) => features[set][place].part === part && features[set][place].fields.includes(field));
}
