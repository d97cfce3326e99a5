import path from 'node:path';
import { Diagnostic, ExitCode } from '../../runner/diagnostic.ts';
import type { RunRecord } from '../../runner/records.ts';
import { makeReport, type RunReport } from '../../runner/report/report.ts';
import { csvFiles, type ExportedFile } from '../../runner/report/tables.ts';
import { tensorboardFiles } from '../../runner/report/tensorboard.ts';
import type { Store } from '../../runner/store/store.ts';
import { exportRun } from '../../runner/transfer/export.ts';
import type { Command, CommandContext } from '../command.ts';
import { escapeControls } from '../errors.ts';
import { writeAsked } from '../files.ts';
import { exportOnnx } from '../onnx.ts';
import { openProjectStore, runNamed } from '../project.ts';
import { formatBytes, plural } from '../render/units.ts';
import { warn } from '../console.ts';

/** Forms for other tools: an option each, with the files that it asks for. */
const forms = { tensorboard: tensorboardFiles, csv: csvFiles } satisfies Record<
  string,
  (run: RunRecord, report: RunReport, store: Store) => ExportedFile[]
>;
type Form = keyof typeof forms;

export const command: Command = (context) => {
  const { positionals, options } = context;
  const [word, archive] = positionals;
  const asked = (Object.keys(forms) as Form[]).filter((form) => options[form] !== undefined);
  if (options.onnx !== undefined) {
    const other = archive ?? asked.map((form) => `--${form}`).at(0);
    if (other !== undefined)
      throw new Diagnostic(`export --onnx does not take "${other}"`, {
        hint: 'That is an export of a run: ask for it apart.',
      });
    return exportOnnx(word, options.onnx, context);
  }
  if (options.precision !== undefined)
    throw new Diagnostic('--precision is of a model that is exported', { hint: 'Name the folder too: --onnx FOLDER' });
  if (archive === undefined && asked.length === 0)
    throw new Diagnostic('export needs an archive, or a folder for one of the other forms', {
      hint: `npm run pipeline export ${word} run.tar, or -- --${[...Object.keys(forms), 'onnx'].join(' FOLDER, --')} FOLDER`,
    });
  return exportForms(word, archive, asked, context);
};

async function exportForms(
  word: string,
  archive: string | undefined,
  asked: readonly Form[],
  context: CommandContext,
): Promise<ExitCode> {
  const { options, console } = context;
  const store = openProjectStore(context, [word]);
  const run = runNamed(word, store, console.folder);
  const written = archive === undefined ? {} : { archive, ...(await writeArchive(run, archive, store, context)) };
  const folders = asked.length === 0 ? {} : await writeForms(run, asked, store, context);
  store.saveStatCache();
  if (options.json) console.out(`${JSON.stringify({ run: run.id, ...written, ...folders }, undefined, 2)}\n`);
  return ExitCode.ok;
}

async function writeArchive(run: RunRecord, archive: string, store: Store, { options, console }: CommandContext) {
  const written = await exportRun(run, store, path.resolve(console.folder, archive));
  if (!options.json)
    console.err(
      `${run.id} is in ${archive}: ${plural(written.artifacts, 'artifact')}, ${formatBytes(written.bytes)}.\n`,
    );
  return written;
}

/** Each into a folder of the run's name, so that several runs may stand side by side. */
async function writeForms(run: RunRecord, asked: readonly Form[], store: Store, { options, console }: CommandContext) {
  const report = await makeReport([run], store);
  report.warnings.forEach((warning) => warn(console, escapeControls(warning)));
  return Object.fromEntries(
    asked.map((form) => {
      const folder = path.join(options[form]!, run.id);
      const files = forms[form](run, report, store);
      for (const { name, content } of files)
        writeAsked(path.resolve(console.folder, folder, name), content, `--${form}`);
      if (!options.json) console.err(`${run.id} is in ${folder}: ${plural(files.length, 'file')}.\n`);
      return [form, { folder, files: files.length }];
    }),
  );
}
