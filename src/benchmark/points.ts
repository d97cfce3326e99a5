/** Numbers of updates, evenly spaced, the last one `updates`; fewer than asked for where there are not so many. */
export function evenPoints(updates: number, points: number): number[] {
  const rounded = Array.from({ length: points }, (_, i) => Math.round(((i + 1) * updates) / points));
  return [...new Set(rounded)].filter((update) => update > 0);
}
