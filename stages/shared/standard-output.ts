/** Writes text to standard output, and waits until it is there. False when its reader has gone (`| head`): nobody wants more. */
export function writeOut(text: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? resolve(false) : reject(error));
    process.stdout.once('error', fail);
    process.stdout.write(text, (error) => {
      // The event of an error comes after this call, and must find its listener.
      if (error) return;
      process.stdout.off('error', fail);
      resolve(true);
    });
  });
}
