import type { SampleSpace } from '../nas/sample-space.ts';
import { type GenePosition, genePositions } from '../nas/space.ts';

/** How often subnets of a space take a choice. */
export interface GeneShare {
  field: GenePosition['field'];
  /** `encoder 1`; layers count from 1, as in drawings. */
  place: string;
  choice: string;
  /** Of the subnets that have this gene: decoder layers beyond a subnet's depth decide nothing. */
  share: number;
  /** Subnets that have the gene. */
  subnets: number;
}

/** The shares of all choices of all genes; of a whole space, equal ones, as it is drawn from. */
export function geneShares({ space, candidates }: SampleSpace): GeneShare[] {
  const positions = genePositions(space);
  const depthGene = positions.findIndex(({ field }) => field === 'layers');
  return positions.flatMap(({ part, layer, field, choices }, i) => {
    const isActive = (genes: readonly number[]) =>
      part === 'encoder' || layer === undefined || layer < space.decoderLayers[genes[depthGene]];
    const active = candidates?.filter(isActive);
    const place = layer === undefined ? part : `${part} ${layer + 1}`;
    return choices.map((choice, value): GeneShare => ({
      field,
      place,
      choice: String(choice),
      share:
        active === undefined
          ? 1 / choices.length
          : active.filter((genes) => genes[i] === value).length / Math.max(1, active.length),
      subnets: active?.length ?? 0,
    }));
  });
}
