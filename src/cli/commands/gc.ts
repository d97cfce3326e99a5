import { parseMemory } from '../../runner/catalogue/memory.ts';
import { collect } from '../../runner/collection/collect.ts';
import type { Collection, CollectionLimits } from '../../runner/collection/collection.ts';
import { planCollection } from '../../runner/collection/collection.ts';
import { Diagnostic, ExitCode } from '../../runner/diagnostic.ts';
import type { Command, CommandContext } from '../command.ts';
import { openProjectStore } from '../project.ts';
import { collectionDocument, drawCollection } from '../render/collection.ts';
import { formatBytes, plural } from '../render/units.ts';

/** Says what can go and what keeps the rest, and removes it if told to. */
export const command: Command = (context) => {
  const { options, console } = context;
  const store = openProjectStore(context);
  const limits = limitsOf(context);
  const collection = planCollection(store, limits);
  const removed = options.yes ?? false;
  if (removed) collect(store, collection);
  if (options.json) {
    console.out(`${JSON.stringify({ ...collectionDocument(collection), removed }, undefined, 2)}\n`);
    return ExitCode.ok;
  }
  console.out(drawCollection(collection, console.paintOut));
  console.err(drawEnd(collection, removed, limits));
  return ExitCode.ok;
};

function limitsOf({ options }: CommandContext): CollectionLimits {
  const size = options['max-size'];
  const maxBytes = size === undefined ? undefined : parseMemory(size);
  if (size !== undefined && maxBytes === undefined) {
    throw new Diagnostic(`--max-size must be a size, found "${size}"`, { hint: 'Write bytes, or 500MB, 20GB, 1TiB.' });
  }
  return {
    ...(options['older-than'] === undefined ? {} : { olderThanDays: options['older-than'] }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  };
}

function drawEnd({ remove, over }: Collection, removed: boolean, limits: CollectionLimits): string {
  const bytes = formatBytes(remove.reduce((sum, { item }) => sum + item.bytes, 0));
  const things = plural(remove.length, 'thing');
  return [
    over === 0
      ? ''
      : `What is always kept is ${formatBytes(over)} above --max-size ${formatBytes(limits.maxBytes!)}.\n`,
    remove.length === 0 ? 'Nothing to remove.\n' : '',
    remove.length > 0 && removed ? `Removed: ${things}, ${bytes}.\n` : '',
    remove.length > 0 && !removed ? `To remove: ${things}, ${bytes}. With --yes they are removed.\n` : '',
  ].join('');
}
