import { ExitCode } from '../runner/diagnostic.ts';

/** What a run is told of signals to this process. */
export interface Interruption {
  /** Aborts at the first SIGINT or SIGTERM. */
  signal: AbortSignal;
  /** How the program should exit when the run was interrupted. */
  exitCode(): ExitCode;
  /** Gives the signals their usual meaning back. */
  release(): void;
}

const codes = { SIGINT: ExitCode.interrupted, SIGTERM: ExitCode.terminated } as const;

/**
 * Turns the first SIGINT or SIGTERM into an abort, so that stages can save their progress.
 * @param onFirst called with the signal's name at the first one
 * @param onSecond called at the next ones, and must not return to a program that goes on; without it, this one ends
 */
export function watchSignals(
  onFirst: (name: keyof typeof codes) => void = () => undefined,
  onSecond: (exitCode: ExitCode) => void = (exitCode) => process.exit(exitCode),
): Interruption {
  const controller = new AbortController();
  let received: keyof typeof codes = 'SIGINT';
  const handle = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) return onSecond(codes[name as keyof typeof codes]);
    received = name as keyof typeof codes;
    onFirst(received);
    controller.abort();
  };
  for (const name of Object.keys(codes)) process.on(name as NodeJS.Signals, handle);
  return {
    signal: controller.signal,
    exitCode: () => codes[received],
    release: () => {
      for (const name of Object.keys(codes)) process.off(name as NodeJS.Signals, handle);
    },
  };
}
