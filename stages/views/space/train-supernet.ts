import { countParameters, countSupernet, extremesByParameters, type ParameterCounts } from '../../../src/nas/counts.ts';
import {
  architectureOf,
  formatGenes,
  type GenePosition,
  genePositions,
  spaceMagnitude,
} from '../../../src/nas/space.ts';
import type { ModelConfig } from '../../../src/model/architecture.ts';
import type { ShownSection, View } from '../../../src/runner/stage.ts';
import type { TrainSupernetParams } from '../../../schemas/types.ts';
import { type DictionarySizes, dictionarySizes } from '../../../src/overview/dictionary-sizes.ts';
import { countCells, countTitles, countValues, dictionaryValues, ofSpace } from '../../../src/overview/counts.ts';

/** The search space of a supernet: its genes, their number, and how many parameters its subnets have. */
const view: View = async ({ params, inputs }, settings) => {
  const { space, kernels, norm, dropout, weightDropout } = params as unknown as TrainSupernetParams;
  const positions = ofSpace(space, genePositions);
  const dictionaries = await dictionarySizes(inputs.corpus, settings.dictionaries);
  const { sizes } = dictionaries;
  const config: ModelConfig = {
    sourceTypes: sizes?.source ?? 0,
    targetTypes: sizes?.target ?? 0,
    kernels,
    norm,
    dropout,
    weightDropout,
  };
  const { fewest, most } = extremesByParameters(config, space);
  const counts = {
    smallest: countParameters(config, architectureOf(space, fewest)),
    largest: countParameters(config, architectureOf(space, most)),
    supernet: countSupernet(config, space),
  };
  const magnitude = spaceMagnitude(space);
  return {
    sections: [
      {
        title: `Search space: 10^${magnitude.toFixed(2)} gene strings of ${positions.length} genes`,
        rows: geneRows(positions),
      },
      parameterSection(counts, dictionaries),
    ],
    values: {
      magnitude,
      genes: positions.map(({ part, layer, field, choices }) => ({
        part,
        layer: layer ?? null,
        field,
        choices: [...choices],
      })),
      smallest: { genes: formatGenes(fewest), parameters: countValues(counts.smallest, dictionaries) },
      largest: { genes: formatGenes(most), parameters: countValues(counts.largest, dictionaries) },
      supernet: { parameters: countValues(counts.supernet, dictionaries) },
      dictionaries: dictionaryValues(dictionaries),
    },
  };
};

export default view;

/** One row for the layers that have the same gene; layers count from 0, as in the names of weights. */
function geneRows(positions: readonly GenePosition[]): string[][] {
  const groups = new Map<string, GenePosition[]>();
  for (const position of positions) {
    const { part, field, choices } = position;
    const same = JSON.stringify([part, field, choices]);
    groups.set(same, [...(groups.get(same) ?? []), position]);
  }
  const rows = [...groups.values()].map((group) => {
    const [{ part, field, choices }] = group;
    const layers = group.flatMap(({ layer }) => layer ?? []);
    const range = layers.length > 1 ? `${layers[0]}–${layers.at(-1)}` : layers.join();
    return [part, range, field, choices.join(', ')];
  });
  return [['PART', 'LAYER', 'GENE', 'CHOICES'], ...rows];
}

function parameterSection(
  counts: Record<'smallest' | 'largest' | 'supernet', ParameterCounts>,
  dictionaries: DictionarySizes,
): ShownSection {
  return {
    title: 'Parameters',
    rows: [
      ['', ...countTitles(dictionaries)],
      ['smallest subnet', ...countCells(counts.smallest, dictionaries)],
      ['largest subnet', ...countCells(counts.largest, dictionaries)],
      ['supernet', ...countCells(counts.supernet, dictionaries)],
      [dictionaries.text],
    ],
  };
}
