import { countParameters, countSupernet, extremesByParameters, type ParameterCounts } from '../../../src/nas/counts.ts';
import { architectureOf, checkSpace, formatGenes, type GenePosition, genePositions, SpaceError, spaceMagnitude } from '../../../src/nas/space.ts';
import type { ModelConfig } from '../../../src/model/architecture.ts';
import { type JsonObject, type ShownSection, StageError, type View } from '../../../src/runner/stage.ts';
import type { TrainSupernetParams } from '../../../schemas/types.ts';
import { type DictionarySizes, dictionarySizes } from '../../shared/dictionary-sizes.ts';

/** The search space of a supernet: its genes, their number, and how many parameters its subnets have. */
const view: View = async ({ params, inputs }, settings) => {
  const { space, kernels, norm, dropout, weightDropout } = params as unknown as TrainSupernetParams;
  try {
    checkSpace(space);
  } catch (error) {
    if (error instanceof SpaceError) throw new StageError(error.message, { cause: error });
    throw error;
  }
  const dictionaries = await dictionarySizes(inputs.corpus, settings.dictionaries);
  const { sizes, from } = dictionaries;
  const config: ModelConfig = { sourceTypes: sizes?.source ?? 0, targetTypes: sizes?.target ?? 0, kernels, norm, dropout, weightDropout };
  const { fewest, most } = extremesByParameters(config, space);
  const counts = {
    smallest: countParameters(config, architectureOf(space, fewest)),
    largest: countParameters(config, architectureOf(space, most)),
    supernet: countSupernet(config, space),
  };
  const positions = genePositions(space);
  const magnitude = spaceMagnitude(space);
  const areKnown = sizes !== undefined;
  return {
    sections: [
      { title: `Search space: 10^${magnitude.toFixed(2)} gene strings of ${positions.length} genes`, rows: geneRows(positions) },
      parameterSection(counts, dictionaries),
    ],
    values: {
      magnitude,
      genes: positions.map(({ part, layer, field, choices }) => ({ part, layer: layer ?? null, field, choices: [...choices] })),
      smallest: { genes: formatGenes(fewest), parameters: countsFor(counts.smallest, areKnown) },
      largest: { genes: formatGenes(most), parameters: countsFor(counts.largest, areKnown) },
      supernet: { parameters: countsFor(counts.supernet, areKnown) },
      dictionaries: { source: sizes?.source ?? null, target: sizes?.target ?? null, from },
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
    groups.set(same, [...groups.get(same) ?? [], position]);
  }
  const rows = [...groups.values()].map((group) => {
    const [{ part, field, choices }] = group;
    const layers = group.flatMap(({ layer }) => layer ?? []);
    const range = layers.length > 1 ? `${layers[0]}–${layers.at(-1)}` : layers.join();
    return [part, range, field, choices.join(', ')];
  });
  return [['PART', 'LAYER', 'GENE', 'CHOICES'], ...rows];
}

const columnWidth = 11;

function parameterSection(counts: Record<'smallest' | 'largest' | 'supernet', ParameterCounts>, { sizes, text }: DictionarySizes): ShownSection {
  const row = (name: string, { layers, withOutput, total }: ParameterCounts) =>
    [name, ...(sizes ? [layers, withOutput, total] : [layers]).map((count) => count.toLocaleString('en-US').padStart(columnWidth))];
  const titles = ['LAYERS', 'WITH OUTPUT', 'EVERYTHING'].map((title) => title.padStart(columnWidth));
  return {
    title: 'Parameters',
    rows: [
      ['', ...(sizes ? titles : titles.slice(0, 1))],
      row('smallest subnet', counts.smallest),
      row('largest subnet', counts.largest),
      row('supernet', counts.supernet),
      [text],
    ],
  };
}

/** What depends on dictionaries is left out where they are not known. */
function countsFor({ layers, withOutput, total }: ParameterCounts, areDictionariesKnown: boolean): JsonObject {
  return { layers, withOutput: areDictionariesKnown ? withOutput : null, total: areDictionariesKnown ? total : null };
}
