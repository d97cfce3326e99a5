import type { Architecture, EncoderLayer } from './architecture.ts';
import { crossDivision, undivided } from './division.ts';
import type { Division } from './mixing/operator.ts';
import { operatorOf } from './mixing/operators.ts';

/** An architecture that cannot be computed. */
export class ArchitectureError extends Error {
  override readonly name = 'ArchitectureError';
}

/**
 * What shapes of weights do not show, of an architecture that may come from anywhere: throws `ArchitectureError` where
 * heads do not divide a width, or a cross-attention sees more encoder layers than there are.
 */
export function checkArchitecture({ attentionWidth, encoder, decoder }: Architecture): void {
  encoder.layers.forEach((layer, i) => checkHeads(`encoder layer ${i}`, layer, encoder.width, attentionWidth));
  decoder.layers.forEach((layer, i) => {
    const name = `decoder layer ${i}`;
    checkHeads(name, layer, decoder.width, attentionWidth);
    checkDivides(name, crossDivision(layer.crossHeads), decoder.width, attentionWidth);
    if (layer.span > encoder.layers.length) {
      throw new ArchitectureError(`${name} sees ${layer.span} encoder layers, and there are ${encoder.layers.length}`);
    }
  });
}

function checkHeads(name: string, { operator, heads }: EncoderLayer, width: number, attentionWidth?: number): void {
  checkDivides(name, operatorOf(operator).division(heads), width, attentionWidth);
}

function checkDivides(name: string, division: Division, width: number, attentionWidth?: number): void {
  const odd = undivided(division, width, attentionWidth);
  if (odd) throw new ArchitectureError(`${name} has ${odd.width}, which does not divide into ${odd.parts}`);
}
