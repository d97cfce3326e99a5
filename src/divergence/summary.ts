import type { DivergenceDocument } from '../../schemas/types.ts';
import type { Substitution } from '../nas/divergence/substitution.ts';

/** The artifact in one line. */
export function summarise({
  populations,
  substitutions,
}: Pick<DivergenceDocument, 'populations' | 'substitutions'>): string {
  const means = populations.map(({ name, logits }) => `${name} ${logits.mean.toFixed(3)}`);
  const layers = substitutions.map(({ before, after, sublayers }) => {
    const mean = sublayers.reduce((sum, { divergence }) => sum + divergence, 0) / sublayers.length;
    return `${choice(before)} to ${choice(after)} ${mean.toFixed(3)}`;
  });
  const ofLayers = layers.length > 0 ? [`of sub-layers: ${layers.join(', ')}`] : [];
  return [`mean divergence of logits: ${means.join(', ')}`, ...ofLayers].join('; ');
}

function choice({ operator, heads }: Substitution['before']): string {
  return `${operator}/${heads}`;
}
