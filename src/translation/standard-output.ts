import { StageError } from '../runner/stage.ts';

/**
 * Writes text to standard output, and waits until it is there. False when its reader has gone
 * (`| head`): nobody wants more.
 * @throws StageError when the system does not take it, as on a full disk
 */
export function writeOut(text: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') resolve(false);
      else
        reject(
          new StageError(
            `Standard output cannot be written (${error.message}): make room on its disk, or send it elsewhere.`,
            { cause: error },
          ),
        );
    };
    process.stdout.once('error', fail);
    process.stdout.write(text, (error) => {
      // The event of an error comes after this call, and must find its listener.
      if (error) return;
      process.stdout.off('error', fail);
      resolve(true);
    });
  });
}
