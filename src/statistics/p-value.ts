/**
 * Below what a probability lies, at 95 %, if none of so many trials met the event: the rule of three (Hanley and
 * Lippman-Hand 1983).
 */
export function ruleOfThree(trials: number): number {
  return Math.min(1, 3 / trials);
}

/** `p = 0.150`, or `p < 0.003` where a value is only known to lie below. */
export function formatP(value: number, isBound = false): string {
  const text = value < 0.001 || isBound ? Number(value.toPrecision(1)).toString() : value.toFixed(3);
  return `p ${isBound ? '<' : '='} ${text}`;
}
