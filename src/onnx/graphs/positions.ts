import { type Wave, wavesOf } from '../../model/embedding.ts';
import type { GraphBuilder, Value } from '../format/graph.ts';

/** Positions below this have a vector. */
export const positionLimit = 4096;
const base = Math.sqrt(positionLimit);

/**
 * Position vectors `[..., width]` for `positions [...]`, int32. A table of all positions would be larger than a small
 * network, so a position is a multiple of 64 and a rest, and sin(a + b) = sin a · cos b + cos a · sin b: four small
 * tables give what one would, but for the rounding of single precision.
 * @param made the width whose sinusoids they are
 */
export function positionVectors(graph: GraphBuilder, positions: Value, width: number, made: number): Value {
  const waves = wavesOf(width, made);
  const multiple = graph.node('Div', [positions, graph.int32(base)]);
  const rest = graph.node('Sub', [positions, graph.mul(multiple, graph.int32(base))]);
  const rows = (name: string, places: Value, step: number, valueOf: (wave: Wave, angle: number) => number): Value => {
    const table = Float32Array.from({ length: base * width }, (_, i) => {
      const wave = waves[i % width];
      return valueOf(wave, Math.floor(i / width) * step * wave.frequency);
    });
    return graph.rows(graph.constant(`positions, ${name}`, [base, width], table), places);
  };
  return graph.add(
    graph.mul(
      rows('multiples', multiple, base, ({ at }, angle) => at(angle)),
      rows('cosines of rests', rest, 1, (_, angle) => Math.cos(angle)),
    ),
    graph.mul(
      rows('multiples, a quarter on', multiple, base, ({ after }, angle) => after(angle)),
      rows('sines of rests', rest, 1, (_, angle) => Math.sin(angle)),
    ),
  );
}
