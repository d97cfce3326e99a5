import path from 'node:path';
import { figuresOf } from '../../report/figures/figures.ts';
import { renderPage } from '../../report/page/page.ts';
import { Diagnostic, ExitCode } from '../../runner/diagnostic.ts';
import { packageRoot } from '../../runner/package-root.ts';
import type { RunRecord } from '../../runner/records.ts';
import { makeReport } from '../../runner/report/report.ts';
import type { Store } from '../../runner/store/store.ts';
import type { Digest } from '../../runner/types.ts';
import type { Command, CommandContext } from '../command.ts';
import { escapeControls } from '../errors.ts';
import { writeAsked } from '../files.ts';
import { openProjectStore, runNamed } from '../project.ts';
import { plural } from '../render/units.ts';
import { warn } from '../console.ts';

const assets = path.join(packageRoot, 'src/report/page');

export const command: Command = async (context) => {
  const { positionals, options, console } = context;
  const store = openProjectStore(context, positionals);
  const runs = () => distinct(positionals.map((word) => runNamed(word, store, console.folder)));
  return options.watch ? watch(runs, store, context) : write(runs(), store, context);
};

async function write(
  runs: readonly RunRecord[],
  store: Store,
  { options, console }: CommandContext,
): Promise<ExitCode> {
  const file =
    options.out === undefined
      ? path.join(path.dirname(store.layout.record(runs[0].id)), 'report.html')
      : path.resolve(console.folder, options.out);
  if (!/\.html?$/.test(file))
    throw new Diagnostic(`--out is "${options.out}", and a report is a page`, { hint: '--out report.html' });
  const report = await makeReport(runs, store);
  store.saveStatCache();
  const page = renderPage({ ...report, subtitle: subtitleOf(runs) }, { name: path.parse(file).name, assets });
  for (const { name, text } of page.beside) writeAsked(path.join(path.dirname(file), name), text, '--out');
  writeAsked(file, page.html, '--out');
  if (options.figures !== undefined) {
    const figures = figuresOf(report.parts, assets);
    const folder = path.resolve(console.folder, options.figures);
    for (const { name, svg } of figures) writeAsked(path.join(folder, `${name}.svg`), svg, '--figures');
    console.err(`${plural(figures.length, 'figure')} in ${options.figures}.\n`);
  }
  report.warnings.forEach((warning) => warn(console, escapeControls(warning)));
  console.out(`${path.relative(console.folder, file)}\n`);
  if (options.open) await show(file);
  return report.warnings.length > 0 ? ExitCode.failed : ExitCode.ok;
}

async function watch(runs: () => RunRecord[], store: Store, { options, console }: CommandContext): Promise<ExitCode> {
  const written = (['out', 'figures'] as const).find((name) => options[name] !== undefined);
  if (written !== undefined)
    throw new Diagnostic(`--watch serves a page, and --${written} writes files`, { hint: 'Leave out one of them.' });
  const { serveWhileRunning } = await import('../watch.ts');
  const checked = new Set<Digest>();
  return serveWhileRunning({
    store,
    runs,
    render: async (shown) =>
      renderPage(
        { ...(await makeReport(shown, store, checked)), subtitle: subtitleOf(shown) },
        { name: 'report', assets, live: true },
      ),
    onStart: async (address) => {
      console.out(`${address}\n`);
      console.err('Ctrl-C ends it; the run is left alone.\n');
      if (options.open) await show(address);
    },
  });
}

async function show(what: string): Promise<void> {
  const { default: open } = await import('open');
  await open(what);
}

function distinct(runs: readonly RunRecord[]): RunRecord[] {
  return runs.filter(({ id }, i) => runs.findIndex((run) => run.id === id) === i);
}

function subtitleOf(runs: readonly RunRecord[]): string {
  return runs.map(({ id, status }) => (status === 'succeeded' ? id : `${id} (${status})`)).join(', ');
}
