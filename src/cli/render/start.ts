import type { Console } from '../console.ts';
import { jsonRenderer } from './json.ts';
import { plainRenderer } from './plain.ts';
import { chooseRenderer, deferRenderer } from './renderer.ts';
import type { Renderer } from './renderer.ts';

/** The renderer of a run for this process: chosen when it is known how much there is to draw. */
export function startRenderer(console: Console, json: boolean, terminal: NodeJS.WriteStream): Renderer {
  if (json) return jsonRenderer(console.out, console.err);
  return deferRenderer(
    async (started) => {
      const name = chooseRenderer({
        json,
        terminal: terminal.isTTY ?? false,
        rows: terminal.rows,
        columns: terminal.columns,
        tasks: started.planned.filter(({ kind }) => kind !== 'fresh').length,
        environment: console.environment,
      });
      if (name !== 'live') return plainRenderer(console.err, () => performance.now() / 1000);
      const { liveRenderer } = await import('./live.ts');
      return liveRenderer(terminal, started);
    },
    (text) => console.err(`${text}\n`),
  );
}
