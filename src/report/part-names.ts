import type { ReportPart } from './part.ts';

const longestName = 60;

/** A name for each part, of its title: names are part of links and of names of files. */
export function partNames(parts: readonly ReportPart[]): Map<ReportPart, string> {
  const names = uniqueNames(parts.map(({ title }) => title));
  return new Map(parts.map((part, i) => [part, names[i]]));
}

/** What letters and digits these titles have, different for each. */
export function uniqueNames(titles: readonly string[]): string[] {
  const taken = new Set<string>();
  return titles.map((title) => {
    const base =
      title
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-+|-+$/g, '')
        .slice(0, longestName) || 'part';
    let name = base;
    for (let i = 2; taken.has(name); i++) name = `${base}-${i}`;
    taken.add(name);
    return name;
  });
}
