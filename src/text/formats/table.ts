import type { CorpusFormat } from './format.ts';
import { iwslt14 } from './iwslt14.ts';
import { parallel } from './parallel.ts';

/** Every corpus format by its name in pipelines, schemas and artifacts: a line each. */
export const corpusFormats = {
  parallel,
  iwslt14,
} as const satisfies Record<string, CorpusFormat>;

export type CorpusFormatName = keyof typeof corpusFormats;

export const corpusFormatNames = Object.keys(corpusFormats) as CorpusFormatName[];

/** What is known of a format. */
export function corpusFormatOf(name: CorpusFormatName): CorpusFormat {
  return corpusFormats[name];
}
