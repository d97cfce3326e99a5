import { paintFor } from './render/colour.ts';
import type { Paint } from './render/colour.ts';

/** Where a command writes, and what it knows of its surroundings. */
export interface Console {
  environment: Readonly<Record<string, string | undefined>>;
  /** Working folder, absolute. */
  folder: string;
  /** Data: what a pipe should get. */
  out(text: string): void;
  /** Progress, logs and errors. */
  err(text: string): void;
  paintOut: Paint;
  paintErr: Paint;
}

/**
 * The console of this process. A reader of standard output that goes away (`| head`) ends the output, not the command.
 */
export function processConsole(): Console {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  return {
    environment: process.env,
    folder: process.cwd(),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    paintOut: paintFor(process.stdout, process.env),
    paintErr: paintFor(process.stderr, process.env),
  };
}

/** A line of warning, where progress and errors are. */
export function warn({ err, paintErr }: Pick<Console, 'err' | 'paintErr'>, message: string): void {
  err(`${paintErr('yellow', 'warning')}: ${message}\n`);
}
