import { digestText } from './digest.ts';
import { readJson } from './files.ts';

/** Text of an object as JSON, with a digest of it as the last member, by which damage is noticed when it is read. */
export function checkedJson(content: object, indent?: number): string {
  return JSON.stringify({ ...content, check: checkOf(content) }, undefined, indent);
}

/** What a file that `checkedJson` gave holds; undefined where it is missing, or not as it was written. */
export function readCheckedJson<Content extends object>(file: string): Content | undefined {
  return contentOf<Content>(readJson(file));
}

/** The content of a parsed file, if it is as it was written. */
export function contentOf<Content extends object>(stored: unknown): Content | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const { check, ...content } = stored as { check?: unknown };
  return check === checkOf(content) ? (content as Content) : undefined;
}

function checkOf(content: object): string {
  return digestText(JSON.stringify(content));
}
