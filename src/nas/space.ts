import type { Architecture, DecoderLayer, EncoderLayer, ModelPart } from '../model/architecture.ts';
import { crossDivision, undivided } from '../model/division.ts';
import { type Operator, operatorOf } from '../model/mixing/operators.ts';
import type { Activation } from '../tensor/ops/attributes.ts';
import type { RandomStream } from '../tensor/random.ts';

/**
 * The choices of a search space (paper, section 5.3). Every list holds at least one choice; order
 * gives the genes their numbers.
 */
export interface Space {
  /** Encoder and decoder choose independently. */
  widths: number[];
  /** Inner width of feed-forward networks as a multiple of the layer's width; not used where there are `inners`. */
  ratios: number[];
  /** Inner widths as they are, whatever the layer's width (HAT). */
  inners?: number[];
  /** Width of query, key and value of every attention (HAT: 512); absent: that of the layer. */
  attentionWidth?: number;
  heads: number[];
  operators: Operator[];
  activations: Activation[];
  encoderLayers: number;
  decoderLayers: number[];
  crossHeads: number[];
  spans: number[];
}

/** A space that no network fits. */
export class SpaceError extends Error {
  override readonly name = 'SpaceError';
}

/** Genes are written in base 36. */
const mostChoices = 36;

/**
 * Throws `SpaceError` where a gene has too many choices, a choice of heads does not divide a choice of width, a
 * feed-forward network has no channel, or a span exceeds the encoder.
 */
export function checkSpace({
  widths,
  ratios,
  inners = [],
  attentionWidth,
  heads,
  crossHeads,
  operators,
  spans,
  encoderLayers,
  decoderLayers,
}: Space): void {
  const choices = { widths, ratios, inners, heads, crossHeads, spans, decoderLayers };
  for (const [name, { length }] of Object.entries(choices)) {
    if (length > mostChoices)
      throw new SpaceError(
        `"${name}" has ${length} choices, and genes are written with one digit each: at most ${mostChoices}.`,
      );
  }
  const divisions = [
    ...operators.flatMap((operator) => heads.map((count) => operatorOf(operator).division(count))),
    ...crossHeads.map(crossDivision),
  ];
  for (const width of widths) {
    for (const division of divisions) {
      const odd = undivided(division, width, attentionWidth);
      if (odd) throw new SpaceError(`${capitalised(odd.width)} does not divide into ${odd.parts}.`);
    }
  }
  const thinnest = Math.min(...ratios);
  const narrow = inners.length > 0 ? undefined : widths.find((width) => innerWidth(width, thinnest) < 1);
  if (narrow !== undefined)
    throw new SpaceError(
      `A width of ${narrow} and a ratio of ${thinnest} leave a feed-forward network without a channel.`,
    );
  const widest = Math.max(...spans);
  if (widest > encoderLayers)
    throw new SpaceError(`A cross-attention cannot span ${widest} of ${encoderLayers} encoder layers.`);
}

/** Section 5.3. Written out, so that an operator or activation that is added later is not of it. */
export const paperSpace: Space = {
  widths: [160, 240, 320],
  ratios: [1, 1.5, 2],
  heads: [2, 4],
  operators: ['attention', 'light', 'dynamic', 'lsra-light', 'lsra-dynamic'],
  activations: ['relu', 'leaky-relu', 'swish'],
  encoderLayers: 6,
  decoderLayers: [1, 2, 3, 4, 5, 6],
  crossHeads: [2, 4],
  spans: [1, 2, 3],
};

/** Convolution kernels of the paper's layers, on both sides; deeper layers take the last. */
export const paperKernels = [3, 7, 15, 31, 31, 31];

/**
 * Index of the choice taken at each position of `genePositions(space)`; fixed length, so
 * layers beyond the depth keep theirs.
 */
export type Genes = readonly number[];

/** What one gene decides. */
export interface GenePosition {
  part: ModelPart;
  /** Absent for what concerns the whole part. */
  layer?: number;
  field: 'width' | 'layers' | 'operator' | 'heads' | 'ratio' | 'inner' | 'activation' | 'crossHeads' | 'span';
  choices: readonly (number | string)[];
}

export function genePositions(space: Space): GenePosition[] {
  const cell = (part: ModelPart, layer: number): GenePosition[] => [
    { part, layer, field: 'operator', choices: space.operators },
    { part, layer, field: 'heads', choices: space.heads },
    space.inners
      ? { part, layer, field: 'inner', choices: space.inners }
      : { part, layer, field: 'ratio', choices: space.ratios },
    { part, layer, field: 'activation', choices: space.activations },
  ];
  const deepest = Math.max(...space.decoderLayers);
  return [
    { part: 'encoder', field: 'width', choices: space.widths },
    ...range(space.encoderLayers).flatMap((layer) => cell('encoder', layer)),
    { part: 'decoder', field: 'width', choices: space.widths },
    { part: 'decoder', field: 'layers', choices: space.decoderLayers },
    ...range(deepest).flatMap((layer) => [
      ...cell('decoder', layer),
      { part: 'decoder' as const, layer, field: 'crossHeads' as const, choices: space.crossHeads },
      { part: 'decoder' as const, layer, field: 'span' as const, choices: space.spans },
    ]),
  ];
}

/** The same for genes that differ only where they are not active: they are one network. */
export function networkKey(architecture: Architecture): string {
  return JSON.stringify(architecture);
}

/** The network that the genes describe, its inactive decoder layers left out. */
export function architectureOf(space: Space, genes: Genes): Architecture {
  const positions = genePositions(space);
  const encoder: Record<string, unknown>[] = range(space.encoderLayers).map(() => ({}));
  const decoder: Record<string, unknown>[] = range(Math.max(...space.decoderLayers)).map(() => ({}));
  const whole: Record<string, number> = {};
  positions.forEach(({ part, layer, field, choices }, i) => {
    const choice = choices[genes[i]];
    if (choice === undefined)
      throw new RangeError(`Gene ${i} is ${genes[i]}, and there are ${choices.length} choices.`);
    if (layer === undefined) whole[`${part} ${field}`] = choice as number;
    else (part === 'encoder' ? encoder : decoder)[layer][field] = choice;
  });
  const cell = (layer: Record<string, unknown>, width: number): EncoderLayer => ({
    operator: layer.operator as Operator,
    heads: layer.heads as number,
    inner: (layer.inner as number | undefined) ?? innerWidth(width, layer.ratio as number),
    activation: layer.activation as Activation,
  });
  const widths = { encoder: whole['encoder width'], decoder: whole['decoder width'] };
  return {
    ...attentionOf(space),
    encoder: { width: widths.encoder, layers: encoder.map((layer) => cell(layer, widths.encoder)) },
    decoder: {
      width: widths.decoder,
      layers: decoder.slice(0, whole['decoder layers']).map((layer): DecoderLayer => ({
        ...cell(layer, widths.decoder),
        crossHeads: layer.crossHeads as number,
        span: layer.span as number,
      })),
    },
  };
}

/**
 * Every operator of every layer at full size, one architecture an operator: together they hold
 * every parameter of the supernet.
 */
export function largestArchitectures(space: Space): Architecture[] {
  const width = Math.max(...space.widths);
  const inner = space.inners ? Math.max(...space.inners) : innerWidth(width, Math.max(...space.ratios));
  const heads = Math.max(...space.heads);
  return space.operators.map((operator) => {
    const layer: EncoderLayer = { operator, heads, inner, activation: space.activations[0] };
    return {
      ...attentionOf(space),
      encoder: { width, layers: range(space.encoderLayers).map(() => layer) },
      decoder: {
        width,
        layers: range(Math.max(...space.decoderLayers)).map(() => ({
          ...layer,
          crossHeads: Math.max(...space.crossHeads),
          span: Math.max(...space.spans),
        })),
      },
    };
  });
}

/**
 * The genes with the least and the most of all that is a number, heads and spans too; operators and
 * activations take their first choice.
 */
export function extremeGenes(space: Space): { smallest: Genes; largest: Genes } {
  const extreme = (pick: (...values: number[]) => number) =>
    genePositions(space).map(({ choices }) =>
      typeof choices[0] === 'number' ? choices.indexOf(pick(...(choices as number[]))) : 0,
    );
  return { smallest: extreme(Math.min), largest: extreme(Math.max) };
}

/** The same operators and activations with the most of all that is a number, heads and spans too. */
export function enlarged(space: Space, genes: Genes): Genes {
  return genePositions(space).map(({ choices }, i) => (typeof choices[0] === 'number' ? greatest(choices) : genes[i]));
}

/** One subnet, uniform over the whole space: each gene uniform over its choices. */
export function sampleGenes(space: Space, random: RandomStream): Genes {
  return genePositions(space).map(({ choices }) => random.integer(choices.length));
}

/** log₁₀ of the number of gene strings. */
export function spaceMagnitude(space: Space): number {
  return genePositions(space).reduce((sum, { choices }) => sum + Math.log10(choices.length), 0);
}

function greatest(choices: readonly (number | string)[]): number {
  return choices.indexOf(Math.max(...(choices as number[])));
}

/** What is the same for all networks of a space. */
function attentionOf({ attentionWidth }: Space): Pick<Architecture, 'attentionWidth'> {
  return attentionWidth === undefined ? {} : { attentionWidth };
}

function capitalised(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

/** Inner width of the feed-forward network. */
function innerWidth(width: number, ratio: number): number {
  return Math.round(width * ratio);
}

/** Genes as text, one base-36 digit each: short in files, and a key for maps. */
export function formatGenes(genes: Genes): string {
  return genes.map((gene) => gene.toString(36)).join('');
}

/** Throws `RangeError` when the text has the wrong length or names a choice that the space does not have. */
export function parseGenes(space: Space, text: string): Genes {
  const positions = genePositions(space);
  if (text.length !== positions.length)
    throw new RangeError(`Genes of ${text.length} digits do not fit a space of ${positions.length} positions.`);
  return positions.map(({ choices }, i) => {
    const gene = parseInt(text[i], 36);
    if (!(gene >= 0 && gene < choices.length))
      throw new RangeError(`Digit "${text[i]}" at position ${i + 1} names none of ${choices.length} choices.`);
    return gene;
  });
}

function range(n: number): number[] {
  return [...Array(n).keys()];
}
