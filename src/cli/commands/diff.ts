import { ExitCode } from '../../runner/diagnostic.ts';
import { loadComparisons } from '../../runner/diff/comparisons.ts';
import { diffRuns, isSame } from '../../runner/diff/runs.ts';
import type { Command } from '../command.ts';
import { openProjectStore, runNamed } from '../project.ts';
import { drawDiff, drawDiffMarkdown } from '../render/diff.ts';

export const command: Command = async (context) => {
  const { positionals, options, console } = context;
  const store = openProjectStore(context, positionals);
  const [before, after] = positionals.map((word) => runNamed(word, store, console.folder));
  const diff = diffRuns(before, after, store, await loadComparisons(before, after, store));
  store.close();
  if (options.json) console.out(`${JSON.stringify(diff, undefined, 2)}\n`);
  else console.out(options.md ? drawDiffMarkdown(diff) : drawDiff(diff, console.paintOut));
  return isSame(diff) ? ExitCode.ok : ExitCode.failed;
};
