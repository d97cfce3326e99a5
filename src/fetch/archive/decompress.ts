import type { Readable, Transform } from 'node:stream';

/** What `transform` makes of `source`; errors of either throw here, and both are closed however reading ends. */
export async function* through(source: Readable, transform: Transform): AsyncGenerator<Buffer> {
  source.on('error', (error) => transform.destroy(error));
  try {
    for await (const chunk of source.pipe(transform)) yield chunk as Buffer;
  } finally {
    source.destroy();
    transform.destroy();
  }
}
