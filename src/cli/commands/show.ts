import { Diagnostic, ExitCode } from '../../runner/diagnostic.ts';
import type { Store } from '../../runner/store/store.ts';
import type { RunRecord } from '../../runner/records.ts';
import { type Made, madeOutputs, summaryOf } from '../artifacts.ts';
import type { Command, CommandContext } from '../command.ts';
import { openProjectStore, runNamed, warnOfLeftOut } from '../project.ts';
import { drawArtifact, drawRun } from '../render/records.ts';

/** Fewer digits name too many artifacts to be meant for one. */
const digestPrefix = /^[0-9a-f]{4,64}$/;

export const command: Command = (context) => {
  const {
    positionals: [word],
    console,
  } = context;
  const store = openProjectStore(context, [word]);
  const made = digestPrefix.test(word) ? makersOf(word, store) : [];
  warnOfLeftOut(store, console);
  if (made.length > 0) showArtifact(made, store, context);
  else showRun(runNamed(word, store, console.folder), store, context);
  return ExitCode.ok;
};

/** All that made the one artifact whose digest begins so, the first maker first. */
function makersOf(prefix: string, store: Store): Made[] {
  const made = madeOutputs(store).filter(({ output }) => output.digest.startsWith(prefix));
  const digests = [...new Set(made.map(({ output }) => output.digest))];
  if (digests.length > 1) {
    throw new Diagnostic(`"${prefix}" is the beginning of ${digests.length} artifacts`, {
      hint: `Give more of the digest: ${digests.map((digest) => digest.slice(0, 16)).join(', ')}.`,
    });
  }
  // An accepted result has the provenance of the one that it was accepted from, which comes first.
  const order = ({ record: { provenance, accepted = [] } }: Made) => `${provenance.finished} ${accepted.length}`;
  return made.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

function showArtifact(made: Made[], store: Store, { options, console }: CommandContext): void {
  const { output } = made[0];
  const artifact = {
    ...output,
    folder: store.artifactFolder(output.digest),
    intact: store.verifyArtifact(output.digest),
    summary: summaryOf(store, output),
    made: made.map(({ name, record }) => ({ output: name, ...record })),
  };
  store.saveStatCache();
  console.out(options.json ? `${JSON.stringify(artifact, undefined, 2)}\n` : drawArtifact(artifact, console.paintOut));
}

function showRun(run: RunRecord, store: Store, { options, console }: CommandContext): void {
  console.out(
    options.json
      ? `${JSON.stringify(run, undefined, 2)}\n`
      : drawRun(run, (output) => summaryOf(store, output), console.paintOut),
  );
}
