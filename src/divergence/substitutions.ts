import type { DivergenceDocument, DivergenceParams } from '../../schemas/types.ts';
import type { Batch } from '../model/batch.ts';
import { heatMap, type Substitution, substitutionDivergence } from '../nas/divergence/substitution.ts';
import { readDictionary } from '../text/dataset.ts';
import { middlePair } from './choices.ts';
import type { DivergingSupernet } from './supernets.ts';

/** Figure 1 and equation 1 for each substitution, with a heat map of the sentence pair in the middle of the batches. */
export function describeSubstitutions(
  substitutions: readonly Substitution[],
  supernet: DivergingSupernet,
  batches: readonly Batch[],
  place: DivergenceParams['heatMap'],
  corpus: string,
): DivergenceDocument['substitutions'] {
  const { space } = supernet;
  const example = middlePair(batches);
  const { symbols } = readDictionary(corpus, place.part === 'encoder' ? 'source' : 'target');
  return substitutions.map((substitution) => {
    const values = heatMap(supernet, space, substitution, place, example);
    return {
      ...substitution,
      ...substitutionDivergence({ ...supernet, batches }, space, substitution),
      heatMap: {
        ...place,
        tokens: Array.from(place.part === 'encoder' ? example.source : example.input, (id) => symbols[id]),
        values: values.map((row) => row.map((value) => Number(value.toFixed(3)))),
      },
    };
  });
}
