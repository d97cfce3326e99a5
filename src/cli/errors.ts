import path from 'node:path';
import { Diagnostic, ExitCode } from '../runner/diagnostic.ts';
import type { Console } from './console.ts';
import type { Paint } from './render/colour.ts';

/** Tells the user of a thrown value. @returns The exit code. */
export function reportError(error: unknown, console: Console): number {
  const { text, exitCode } = drawError(error, console.paintErr, console.folder);
  console.err(text);
  return exitCode;
}

/** What to tell the user of a thrown value: a Diagnostic in one message, anything else as the bug that it is. */
export function drawError(error: unknown, paint: Paint, folder: string): { text: string; exitCode: number } {
  if (error instanceof Diagnostic) return { text: drawDiagnostic(error, paint, folder), exitCode: error.exitCode };
  const refusal = refusalOf(error);
  if (refusal !== undefined) {
    return {
      text: drawDiagnostic(new Diagnostic(refusal.message, { hint: refusal.hint }), paint, folder),
      exitCode: ExitCode.failed,
    };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const request = 'This is a bug in shrinknas: please report it with the lines above and the pipeline file.';
  return { text: `${paint('red', 'error')}: ${stack}\n\n${request}\n`, exitCode: ExitCode.failed };
}

const refusals: Record<string, { what: string; hint: string }> = {
  EACCES: { what: 'permission denied', hint: 'ask for the right to write there, or work on a copy of the project' },
  EPERM: { what: 'permission denied', hint: 'ask for the right to write there, or work on a copy of the project' },
  EROFS: {
    what: 'the file system is read-only',
    hint: 'work on a copy, or keep artifacts elsewhere with --store PATH',
  },
  ENOSPC: {
    what: 'no space is left on the disk',
    hint: 'make room there, or keep artifacts elsewhere with --store PATH',
  },
  EDQUOT: { what: 'the disk quota is used up', hint: 'make room there, or keep artifacts elsewhere with --store PATH' },
};

/** What the system refused, where that is for the user to mend and no bug of ours. */
function refusalOf(error: unknown): { message: string; hint: string } | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = '', path: file, syscall } = error as NodeJS.ErrnoException;
  if (!Object.hasOwn(refusals, code)) return undefined;
  const { what, hint } = refusals[code];
  return { message: file === undefined ? `${what} (${syscall ?? code})` : `${file}: ${what}`, hint };
}

/** `pipelines/a.json5:3:5: error: message`, the frame under it, and what to do. */
function drawDiagnostic(error: Diagnostic, paint: Paint, folder: string): string {
  const { location, frame, hint } = error;
  const place =
    location === undefined
      ? ''
      : `${paint('bold', `${shorten(location.file, folder)}:${location.line}:${location.column}`)}: `;
  return [
    `${place}${paint('red', 'error')}: ${escapeControls(error.message)}`,
    ...(frame === undefined ? [] : ['', frame.replace(/\s+$/, ''), '']),
    ...(hint === undefined ? [] : [`${paint('cyan', 'hint')}: ${escapeControls(hint)}`]),
    '',
  ].join('\n');
}

/** Messages quote files that may come from anywhere; what they hold must not command the terminal. */
function escapeControls(text: string): string {
  return text.replace(
    /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Relative where that is shorter to read; `--set` and the like are no files and stay as they are. */
function shorten(file: string, folder: string): string {
  if (!path.isAbsolute(file)) return file;
  const relative = path.relative(folder, file);
  return relative.startsWith('..') ? file : relative;
}
