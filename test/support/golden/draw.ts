/**
 * Numbers that Python and TypeScript draw alike (test/model/golden/draw.py), so that inputs of
 * stored results need not be stored.
 */

const { imul } = Math;

/**
 * Words 0 … count − 1 of the sequence called `name`: MurmurHash3's finaliser of i times the golden
 * ratio plus FNV-1a of the name.
 */
export function words(name: string, count: number): Uint32Array {
  let key = 0x811c9dc5;
  for (const byte of Buffer.from(name)) key = imul(key ^ byte, 0x01000193);
  const drawn = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    let h = (imul(i, 0x9e3779b9) + key) | 0;
    h = imul(h ^ (h >>> 16), 0x85ebca6b);
    h = imul(h ^ (h >>> 13), 0xc2b2ae35);
    drawn[i] = h ^ (h >>> 16);
  }
  return drawn;
}

/** offset + scale · u, u uniform over [−1, 1) in steps of 2⁻²³, computed in double and rounded to single precision. */
export function uniform(name: string, size: number, scale: number, offset = 0): Float32Array {
  return Float32Array.from(words(name, size), (word) => offset + scale * ((word >>> 8) / 8388608 - 1));
}

/** Start of the parameter `key` of the case `name`: gains 1 ± ¼, biases ± ¼, matrices of variance 1 / columns. */
export function parameter(name: string, key: string, shape: readonly number[]): Float32Array {
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (key.endsWith('norm.weight')) return uniform(`${name}/${key}`, size, 0.25, 1);
  return uniform(`${name}/${key}`, size, shape.length === 1 ? 0.25 : Math.sqrt(3 / shape[1]));
}

/** Ids of sentences of these lengths, the end of the sentence (2) included; 0 to 3 are special. */
export function sentences(name: string, lengths: readonly number[], types: number): Int32Array[] {
  return lengths.map((length, row) => {
    const drawn = Array.from(words(`${name}.${row}`, length - 1), (word) => 4 + (word % (types - 4)));
    return Int32Array.from([...drawn, 2]);
  });
}
