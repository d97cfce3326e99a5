const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  cyan: [36, 39],
} as const;

export type Paint = (style: keyof typeof codes, text: string) => string;

/**
 * A function that colours text for `stream`, or leaves it alone where colours would be noise:
 * NO_COLOR, no terminal, a dumb one.
 */
export function paintFor(
  stream: { isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): Paint {
  const plain = !stream.isTTY || Boolean(environment.NO_COLOR) || environment.TERM === 'dumb';
  return (style, text) => (plain ? text : `\x1b[${codes[style][0]}m${text}\x1b[${codes[style][1]}m`);
}
