import { setTimeout as sleep } from 'node:timers/promises';
import type { RenderedPage } from '../report/page/page.ts';
import { PageServer } from '../report/page/server.ts';
import { ExitCode } from '../runner/diagnostic.ts';
import type { RunRecord } from '../runner/records.ts';
import { signsOf } from '../runner/report/signs.ts';
import type { Store } from '../runner/store/store.ts';
import { watchSignals } from './interrupt.ts';

/** Milliseconds between two looks. */
const pauses = { least: 1000, most: 20_000 };
/** The run has the machine: a page is made anew only after so many times the processor time that it took to make it. */
const pauseShare = 20;

interface Watched {
  store: Store;
  /** The runs as they are now: what a word means may be another run than before. */
  runs(): RunRecord[];
  render(runs: readonly RunRecord[]): Promise<RenderedPage>;
  /** The page can be seen. */
  onStart(address: string): Promise<void>;
}

/** Serves a page about runs, as they go on, until this process is told to end. */
export async function serveWhileRunning({ store, runs, render, onStart }: Watched): Promise<ExitCode> {
  const interruption = watchSignals();
  const { signal } = interruption;
  let shown = runs();
  let signs = signsOf(shown, store);
  const server = await PageServer.start(await render(shown));
  try {
    await onStart(server.address);
    let pause = pauses.least;
    for (;;) {
      await sleep(pause, undefined, { signal }).catch(() => {});
      if (signal.aborted) break;
      if (signsOf(shown, store) === signs) continue;
      const before = process.cpuUsage();
      shown = runs();
      signs = signsOf(shown, store);
      server.show(await render(shown));
      const { user, system } = process.cpuUsage(before);
      pause = Math.min(pauses.most, Math.max(pauses.least, (pauseShare * (user + system)) / 1000));
    }
  } finally {
    await server.close();
    interruption.release();
  }
  // Ctrl-C is how it ends.
  return interruption.exitCode() === ExitCode.terminated ? ExitCode.terminated : ExitCode.ok;
}
