import { Diagnostic, ExitCode } from '../../runner/diagnostic.ts';
import { loadComparisons } from '../../runner/diff/comparisons.ts';
import { diffRuns, isSame } from '../../runner/diff/runs.ts';
import type { RunRecord, RunStage } from '../../runner/records.ts';
import type { Command } from '../command.ts';
import { openProjectStore, runNamed, stageNamed } from '../project.ts';
import { drawDiff, drawDiffMarkdown } from '../render/diff.ts';
import { runAndStage } from '../words.ts';

export const command: Command = async (context) => {
  const { positionals, options, console } = context;
  const words = positionals.map(runAndStage);
  const store = openProjectStore(
    context,
    words.map(({ run }) => run),
  );
  const runs = words.map(({ run }) => runNamed(run, store, console.folder));
  const [before, after] = words.some(({ stage }) => stage !== undefined)
    ? alone(
        runs,
        words.map(({ stage }) => stage),
      )
    : runs;
  const diff = diffRuns(before, after, store, await loadComparisons(before, after, store));
  store.saveStatCache();
  if (options.json) console.out(`${JSON.stringify(diff, undefined, 2)}\n`);
  else console.out(options.md ? drawDiffMarkdown(diff) : drawDiff(diff, console.paintOut));
  return isSame(diff) ? ExitCode.ok : ExitCode.failed;
};

/**
 * Runs as if each had one stage alone, both stages of one name so that they are compared, whatever
 * they are called in their runs.
 */
function alone(runs: readonly RunRecord[], stages: readonly (string | undefined)[]): RunRecord[] {
  const chosen = runs.map((run, i) => stageOf(run, stages[i]));
  const id = [...new Set(chosen.map((stage) => stage.id))].join(' → ');
  return runs.map((run, i) => ({
    ...run,
    id: `${run.id}/${chosen[i].id}`,
    params: {},
    overrides: [],
    partial: true,
    stages: [{ ...chosen[i], id }],
  }));
}

function stageOf(run: RunRecord, word: string | undefined): RunStage {
  if (word === undefined)
    throw new Diagnostic('a stage of one run compares with a stage of the other', {
      hint: `Name one of ${run.id}: ${run.id}/<stage>.`,
    });
  return stageNamed(word, run);
}
