import path from 'node:path';
import { figuresOf } from '../../report/figures/figures.ts';
import { renderPage } from '../../report/page/page.ts';
import { Diagnostic, ExitCode } from '../../runner/diagnostic.ts';
import { packageRoot } from '../../runner/package-root.ts';
import type { RunRecord } from '../../runner/records.ts';
import { makeReport } from '../../runner/report/report.ts';
import type { Command } from '../command.ts';
import { escapeControls } from '../errors.ts';
import { writeAsked } from '../files.ts';
import { openProjectStore, runNamed } from '../project.ts';
import { plural } from '../render/units.ts';

export const command: Command = async (context) => {
  const { positionals, options, console } = context;
  const store = openProjectStore(context, positionals);
  const runs = distinct(positionals.map((word) => runNamed(word, store, console.folder)));
  const file =
    options.out === undefined
      ? path.join(path.dirname(store.layout.record(runs[0].id)), 'report.html')
      : path.resolve(console.folder, options.out);
  if (!/\.html?$/.test(file))
    throw new Diagnostic(`--out is "${options.out}", and a report is a page`, { hint: '--out report.html' });
  const report = await makeReport(runs, store);
  store.saveStatCache();
  const assets = path.join(packageRoot, 'src/report/page');
  const page = renderPage({ ...report, subtitle: subtitleOf(runs) }, { name: path.parse(file).name, assets });
  for (const { name, text } of page.beside) writeAsked(path.join(path.dirname(file), name), text, '--out');
  writeAsked(file, page.html, '--out');
  if (options.figures !== undefined) {
    const figures = figuresOf(report.parts, assets);
    const folder = path.resolve(console.folder, options.figures);
    for (const { name, svg } of figures) writeAsked(path.join(folder, `${name}.svg`), svg, '--figures');
    console.err(`${plural(figures.length, 'figure')} in ${options.figures}.\n`);
  }
  report.warnings.forEach((warning) =>
    console.err(`${console.paintErr('yellow', 'warning')}: ${escapeControls(warning)}\n`),
  );
  console.out(`${path.relative(console.folder, file)}\n`);
  if (options.open) {
    const { default: open } = await import('open');
    await open(file);
  }
  return report.warnings.length > 0 ? ExitCode.failed : ExitCode.ok;
};

function distinct(runs: readonly RunRecord[]): RunRecord[] {
  return runs.filter(({ id }, i) => runs.findIndex((run) => run.id === id) === i);
}

function subtitleOf(runs: readonly RunRecord[]): string {
  return runs.map(({ id, status }) => (status === 'succeeded' ? id : `${id} (${status})`)).join(', ');
}
