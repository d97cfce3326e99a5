import path from 'node:path';
import { describeRefusal, refusalOf } from '../disk/refusals.ts';
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
  const refusal = error instanceof Error ? refusalOf(error) : undefined;
  if (refusal !== undefined) {
    const [what, hint] = describeRefusal(refusal);
    return { text: drawDiagnostic(new Diagnostic(what, { hint }), paint, folder), exitCode: ExitCode.failed };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const request = 'This is a bug in shrinknas: please report it with the lines above and the pipeline file.';
  return { text: `${paint('red', 'error')}: ${stack}\n\n${request}\n`, exitCode: ExitCode.failed };
}

/** What a program failed with, to be thrown: what the user can mend has no stack; anything else is a bug, and shown as one. */
export function programError(
  { message, stack }: { message: string; stack?: string },
  options: ConstructorParameters<typeof Diagnostic>[1],
): Error {
  return stack === undefined ? new Diagnostic(message, options) : Object.assign(new Error(message), { stack });
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
export function escapeControls(text: string): string {
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
