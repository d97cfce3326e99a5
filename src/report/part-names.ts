import type { ReportPart } from './part.ts';

const longestName = 60;

/** A name for each part, of its title as far as that is letters and digits: names are part of links and of names of files. */
export function partNames(parts: readonly ReportPart[]): Map<ReportPart, string> {
  const taken = new Set<string>();
  return new Map(
    parts.map((part) => {
      const base =
        part.title
          .toLowerCase()
          .replace(/[^a-z0-9]+/g, '-')
          .replace(/^-+|-+$/g, '')
          .slice(0, longestName) || 'part';
      let name = base;
      for (let i = 2; taken.has(name); i++) name = `${base}-${i}`;
      taken.add(name);
      return [part, name];
    }),
  );
}
