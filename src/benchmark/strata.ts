import type { ModelConfig } from '../model/architecture.ts';
import { countParameters } from '../nas/counts.ts';
import { architectureOf, genePositions, type Genes, networkKey, sampleGenes, type Space } from '../nas/space.ts';
import type { RandomStream } from '../tensor/random.ts';

/** Networks of one decoder width and of about one size. */
export interface Stratum {
  /** Of the decoder. */
  width: number;
  /** Parameters (layers only): from the first, up to the second. */
  from: number;
  to: number;
}

export interface DrawnNetwork {
  genes: Genes;
  stratum: Stratum;
  /** Layers only. */
  parameters: number;
}

export interface StrataOptions {
  /** Networks to draw over all strata. */
  count: number;
  from: number;
  to: number;
  /** Of equal extent between the two. */
  bins: number;
  /** Draws without a new network after which a stratum is exhausted. */
  draws: number;
}

export interface DrawnStrata {
  /** By stratum: size first, then width. */
  networks: DrawnNetwork[];
  /** Those that could have given more if they had more. */
  exhausted: Stratum[];
}

/**
 * Draws distinct networks evenly over strata: one of each in turn, as long as it has any. Within a stratum, each is as
 * likely as among all genes of the space; so what costs no parameters is random.
 * @param taken networks that are not to be drawn, by `networkKey`; those that were drawn are added
 * @param streamOf a stream of its own for each stratum; the one that is called `order` says which come first
 */
export function drawInStrata(
  space: Space,
  config: ModelConfig,
  { count, from, to, bins, draws }: StrataOptions,
  taken: Set<string>,
  streamOf: (...name: (string | number)[]) => RandomStream,
): DrawnStrata {
  const edge = (bin: number) => from + ((to - from) * bin) / bins;
  const places = [...Array(bins).keys()].flatMap((bin) =>
    space.widths.map((width) => ({ bin, stratum: { width, from: edge(bin), to: edge(bin + 1) } })),
  );
  const drawn = places.map((): DrawnNetwork[] => []);
  const exhausted: Stratum[] = [];
  const sources = places.map(({ bin, stratum }) => {
    const random = streamOf('stratum', stratum.width, bin);
    return (): DrawnNetwork | undefined => {
      for (let draw = 0; draw < draws; draw++) {
        const genes = inDecoderWidth(space, sampleGenes(space, random), stratum.width);
        const architecture = architectureOf(space, genes);
        const { layers } = countParameters(config, architecture);
        // The last bin has its end, since nothing follows it.
        const isIn = layers >= stratum.from && (layers < stratum.to || (bin === bins - 1 && layers === to));
        const key = networkKey(architecture);
        if (!isIn || taken.has(key)) continue;
        taken.add(key);
        return { genes, stratum, parameters: layers };
      }
      return undefined;
    };
  });
  // Where the last turn is not whole, chance says who has it, and not the size.
  let open = [...streamOf('order').permutation(places.length)];
  let left = count;
  while (left > 0 && open.length > 0) {
    for (const place of open) {
      if (left === 0) break;
      const network = sources[place]();
      if (network) {
        drawn[place].push(network);
        left--;
      } else {
        exhausted.push(places[place].stratum);
        open = open.filter((other) => other !== place);
      }
    }
  }
  return { networks: drawn.flat(), exhausted };
}

function inDecoderWidth(space: Space, genes: Genes, width: number): Genes {
  const position = genePositions(space).findIndex(({ part, field }) => part === 'decoder' && field === 'width');
  return genes.with(position, space.widths.indexOf(width));
}
