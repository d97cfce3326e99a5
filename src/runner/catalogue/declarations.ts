import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { homesOf } from './project.ts';

const suffixes = { stages: '.json', artifacts: '.schema.json' } as const;

/** A stage type or artifact type that a file of that name declares. */
export interface Declaration {
  /** The project's folder, or this package's. */
  home: string;
  /** Absolute path. */
  file: string;
}

/**
 * The declared types of a kind by name, sorted: the project's own, and those of this package
 * that it has not declared itself.
 */
export function declarationsOf(kind: keyof typeof suffixes, project: string): Map<string, Declaration> {
  const all = homesOf(project).flatMap((home) => declaredIn(kind, home).map((name) => [name, home] as const));
  const byName = new Map<string, Declaration>();
  for (const [name, home] of all) if (!byName.has(name)) byName.set(name, { home, file: fileOf(kind, home, name) });
  return new Map([...byName].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The file in which a folder declares, or would declare, a type. */
export function fileOf(kind: keyof typeof suffixes, home: string, name: string): string {
  return path.join(home, 'schemas', kind, name + suffixes[kind]);
}

function declaredIn(kind: keyof typeof suffixes, home: string): string[] {
  const folder = path.join(home, 'schemas', kind);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(suffixes[kind]))
    .map((name) => name.slice(0, -suffixes[kind].length));
}
