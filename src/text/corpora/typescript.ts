import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { CorpusError } from '../errors.ts';
import { splits } from '../parallel-text.ts';
import type { ParallelCorpus, Split } from '../parallel-text.ts';
import { clusterSimilar } from './clusters.ts';

/** A message of the compiler in both languages. */
export interface TranslatedMessage {
  /** The compiler's own name for it, unique. */
  key: string;
  german: string;
  english: string;
}

/** Pairs to hold out for each of validation and test. */
const heldOut = 150;

/** Messages this alike on either side stay in one split. */
const similarity = 0.5;

/** A larger cluster would make validation or test a list of variants of one message: it stays in training. */
const largestHeldOutCluster = heldOut / 10;

/**
 * The quick-start corpus, German to English: the messages of the installed TypeScript compiler, which Microsoft
 * ships in both languages, so that a first experiment needs no download. About 2,100 pairs; those that no
 * translator touched are left out.
 *
 * Many messages are variants of each other (“'{0}' modifier cannot be used here.”), and a model tested on variants of
 * its training text would look better than it is. Messages whose character 4-grams overlap by half or more on the
 * English *or* the German side (`clusterSimilar`) form a cluster, and clusters are split whole: in the order of the
 * SHA-256 of its smallest key, each goes to test until that holds about 150 pairs, then to validation until that does,
 * and the rest to training, as do clusters of more than 15 pairs. The same version of TypeScript always gives the same
 * splits. docs/quickstart-data.md has the counts.
 */
export async function typescriptCorpus(): Promise<ParallelCorpus> {
  return splitMessages(await readMessages());
}

/** The messages that have a translation, in the compiler's order. */
export async function readMessages(): Promise<TranslatedMessage[]> {
  const { default: compiler } = await import('typescript');
  // Not part of the typed interface, but its keys are those of the translation files.
  const { Diagnostics } = compiler as unknown as { Diagnostics?: Record<string, { key: string; message: string }> };
  if (Diagnostics === undefined) {
    throw new CorpusError(
      `TypeScript ${compiler.version} does not list its messages, which the quick-start corpus is made of. `
        + 'Install the version that package.json names.',
    );
  }
  const file = createRequire(import.meta.url).resolve('typescript/lib/de/diagnosticMessages.generated.json');
  const german = JSON.parse(readFileSync(file, 'utf8').replace(/^\ufeff/, '')) as Record<string, string>;
  return Object.values(Diagnostics)
    .filter(({ key, message }) => german[key] !== undefined && german[key] !== message)
    .map(({ key, message }) => ({ key, german: oneLine(german[key]), english: oneLine(message) }));
}

/** Splits messages such that near-duplicates never straddle two splits; see `typescriptCorpus`. */
export function splitMessages(messages: readonly TranslatedMessage[]): ParallelCorpus {
  const clusters = new Map<number, TranslatedMessage[]>();
  const membership = clusterSimilar(
    [messages.map(({ english }) => english), messages.map(({ german }) => german)],
    similarity,
  );
  messages.forEach((message, i) => {
    const cluster = clusters.get(membership[i]);
    if (cluster === undefined) clusters.set(membership[i], [message]);
    else cluster.push(message);
  });

  const members: Record<Split, TranslatedMessage[]> = { train: [], valid: [], test: [] };
  for (const cluster of [...clusters.values()].map(withRank).sort((a, b) => (a.rank < b.rank ? -1 : 1))) {
    members[splitFor(cluster.messages, members)].push(...cluster.messages);
  }
  const [train, valid, test] = splits.map((split) => ({
    source: members[split].map(({ german }) => german),
    target: members[split].map(({ english }) => english),
  }));
  return { train, valid, test };
}

function splitFor(cluster: readonly TranslatedMessage[], members: Record<Split, readonly TranslatedMessage[]>): Split {
  if (cluster.length > largestHeldOutCluster) return 'train';
  return (['test', 'valid'] as const).find((split) => members[split].length + cluster.length / 2 <= heldOut) ?? 'train';
}

function withRank(messages: TranslatedMessage[]): { messages: TranslatedMessage[]; rank: string } {
  const smallest = messages.map(({ key }) => key).reduce((a, b) => (b < a ? b : a));
  return { messages, rank: createHash('sha256').update(smallest).digest('hex') };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
