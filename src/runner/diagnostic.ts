import type { Location } from './types.ts';

/** Exit codes of the command line, as documented in docs/cli.md. */
export const ExitCode = { ok: 0, failed: 1, usage: 2, work: 3, lock: 75, interrupted: 130, terminated: 143 } as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** A failure that the user can mend: what is wrong, where, and what to do. Everything else that is thrown is a bug. */
export class Diagnostic extends Error {
  override readonly name = 'Diagnostic';
  readonly exitCode: ExitCode;
  readonly location?: Location;
  /** The source line with a caret under it; needs `location`. */
  readonly frame?: string;
  /** What to do, one sentence. */
  readonly hint?: string;

  constructor(
    message: string,
    options: { exitCode?: ExitCode; location?: Location; frame?: string; hint?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode ?? ExitCode.usage;
    this.location = options.location;
    this.frame = options.frame;
    this.hint = options.hint;
  }
}
