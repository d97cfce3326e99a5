import { sinusoids } from '../../model/embedding.ts';
import type { GraphBuilder, Value } from '../format/graph.ts';

/** Positions below this have a vector. */
export const positionLimit = 4096;
const base = Math.sqrt(positionLimit);

/** Of the sine and the cosine of a channel's angle. */
type Channel = (sine: number, cosine: number) => number;

/**
 * Position vectors `[..., width]` for `positions [...]`, int32. A table of all positions would be larger than a small
 * network, so a position is a multiple of 64 and a rest, and sin(a + b) = sin a · cos b + cos a · sin b: four small
 * tables give what one would, but for the rounding of single precision.
 * @param made the width whose sinusoids they are
 */
export function positionVectors(graph: GraphBuilder, positions: Value, width: number, made: number): Value {
  const known = sinusoids(positionLimit, made);
  const half = Math.floor(made / 2);
  const multiple = graph.node('Div', [positions, graph.int32(base)]);
  const rest = graph.node('Sub', [positions, graph.mul(multiple, graph.int32(base))]);
  const rows = (name: string, places: Value, step: number, valueOf: (channel: number) => Channel): Value => {
    const table = Float32Array.from({ length: base * width }, (_, i) => {
      const row = Math.floor(i / width) * step * made;
      const sine = row + ((i % width) % half);
      return valueOf(i % width)(known[sine], known[sine + half]);
    });
    return graph.rows(graph.constant(`positions, ${name}`, [base, width], table), places);
  };
  // Sines come first, then cosines; an odd last channel is 0.
  const choose = (sines: Channel, cosines: Channel) => (channel: number) =>
    channel < half ? sines : channel < 2 * half ? cosines : () => 0;
  const sine: Channel = (value) => value;
  const cosine: Channel = (_, value) => value;
  return graph.add(
    graph.mul(
      rows('multiples', multiple, base, choose(sine, cosine)),
      rows('cosines of rests', rest, 1, choose(cosine, cosine)),
    ),
    graph.mul(
      rows(
        'multiples, a quarter on',
        multiple,
        base,
        choose(cosine, (value) => -value),
      ),
      rows('sines of rests', rest, 1, choose(sine, sine)),
    ),
  );
}
