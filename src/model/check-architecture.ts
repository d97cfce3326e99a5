import type { Architecture, EncoderLayer } from './architecture.ts';
import { operatorOf } from './mixing/operators.ts';

/** An architecture that cannot be computed. */
export class ArchitectureError extends Error {
  override readonly name = 'ArchitectureError';
}

/**
 * What shapes of weights do not show, of an architecture that may come from anywhere: throws `ArchitectureError` where
 * heads do not divide a width, or a cross-attention sees more encoder layers than there are.
 */
export function checkArchitecture({ encoder, decoder }: Architecture): void {
  encoder.layers.forEach((layer, i) => checkHeads(`encoder layer ${i}`, layer, encoder.width));
  decoder.layers.forEach((layer, i) => {
    const name = `decoder layer ${i}`;
    checkHeads(name, layer, decoder.width);
    checkDivides(name, 'cross-attention heads', layer.crossHeads, decoder.width);
    if (layer.span > encoder.layers.length) {
      throw new ArchitectureError(`${name} sees ${layer.span} encoder layers, and there are ${encoder.layers.length}`);
    }
  });
}

function checkHeads(name: string, { operator, heads }: EncoderLayer, width: number): void {
  const { parts, what } = operatorOf(operator).division(heads);
  checkDivides(name, what, parts, width);
}

function checkDivides(name: string, what: string, parts: number, width: number): void {
  if (width % parts !== 0)
    throw new ArchitectureError(`${name} has a width of ${width}, which does not divide into ${parts} ${what}`);
}
