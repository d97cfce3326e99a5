import type { ComparisonDocument } from '../../schemas/types.ts';
import { readDocument } from '../../src/artifacts/documents.ts';
import type { ComparedSystem } from '../../src/comparison/compare.ts';
import { countSeeds, signed } from '../../src/comparison/table.ts';
import type { Comparison, Finding } from '../../src/runner/stage.ts';

/** How the figures of each system changed from one comparison to another. */
const compare: Comparison = (folders) => {
  const [before, after] = [folders.before, folders.after].map((folder) => readDocument(folder, 'comparison'));
  const gone = before.systems.filter(({ name }) => named(after, name) === undefined);
  return [
    ...after.systems.flatMap((system) => findingOf(named(before, system.name), system)),
    ...gone.map(({ name }) => ({ name, text: 'gone', values: {} })),
  ];
};

export default compare;

function named({ systems }: ComparisonDocument, name: string): ComparedSystem | undefined {
  return systems.find((system) => system.name === name);
}

function findingOf(before: ComparedSystem | undefined, after: ComparedSystem): Finding[] {
  const { name, bleu, loss, runs } = after;
  const values = { bleu: bleu.mean, ...(loss && { loss: loss.mean }), seeds: runs.length };
  if (before === undefined) {
    const figures = [`BLEU ${bleu.mean.toFixed(2)}`, ...(loss ? [`loss ${loss.mean.toFixed(3)}`] : [])];
    return [{ name, text: ['new', ...figures, countSeeds(runs.length)].join(', '), values }];
  }
  const changes = [
    ...changeOf('BLEU', before.bleu.mean, bleu.mean, 2),
    ...changeOf('loss', before.loss?.mean, loss?.mean, 3),
    ...(before.runs.length === runs.length ? [] : [`${before.runs.length} → ${countSeeds(runs.length)}`]),
  ];
  return changes.length === 0 ? [] : [{ name, text: changes.join(', '), values }];
}

function changeOf(what: string, before: number | undefined, after: number | undefined, digits: number): string[] {
  if (before === after || before === undefined || after === undefined) return [];
  return [`${what} ${before.toFixed(digits)} → ${after.toFixed(digits)} (${signed(after - before, digits)})`];
}
