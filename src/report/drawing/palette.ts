/** How many colours the style sheet has for series (`--series-0` and so on): Okabe and Ito's, without black. */
export const seriesColours = 7;

export function seriesColour(index: number): string {
  return `var(--series-${index % seriesColours})`;
}

/** What tells series of one colour apart: none of the first round, then dashes. */
export function dashesOf(index: number): string | undefined {
  return [undefined, '7 3', '2 3', '7 3 2 3'][Math.floor(index / seriesColours) % 4];
}

/** Colours of states, which mean the same in all reports; of others, those of series. */
const tones: Record<string, string> = {
  ran: 'var(--series-2)',
  fresh: 'var(--series-5)',
  restored: 'var(--series-5)',
  failed: 'var(--series-1)',
  interrupted: 'var(--series-3)',
  busy: 'var(--series-4)',
  'not reached': 'var(--faint)',
};

/** A colour for each of these values, in their order. */
export function coloursOf(values: readonly string[]): string[] {
  const areTones = values.length > 0 && values.every((value) => value in tones);
  return values.map((value, i) => (areTones ? tones[value] : seriesColour(i)));
}
