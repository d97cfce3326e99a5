import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from '@jest/globals';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server on this machine, gone after the test. `requests` fills with what was asked of it. */
export async function serve(handler: Handler): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    handler(request, response);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/**
 * A file as a good server gives it, ranges included. `cuts` are the offsets at which one connection after the other
 * breaks; `versions` what the file and its ETag are, the last one from then on.
 */
export function fileHandler(
  versions: Uint8Array[],
  options: { cuts?: number[]; ranges?: boolean; headers?: Record<string, string> } = {},
): Handler {
  const cuts = [...(options.cuts ?? [])];
  let served = 0;
  return (request, response) => {
    const version = Math.min(served++, versions.length - 1);
    const content = versions[version];
    const etag = `"v${version}"`;
    const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const partial = asked !== null && options.ranges !== false && request.headers['if-range'] === etag;
    const start = partial ? Number(asked[1]) : 0;
    response.writeHead(partial ? 206 : 200, {
      etag,
      'content-length': content.length - start,
      ...options.headers,
      ...(partial ? { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` } : {}),
    });
    const cut = cuts.shift();
    if (cut === undefined) response.end(content.subarray(start));
    else response.write(content.subarray(start, cut), () => setTimeout(() => response.destroy(), 100));
  };
}

/** Answers with a status, for instance 404. */
export function statusHandler(status: number, headers: Record<string, string> = {}): Handler {
  return (_, response) => response.writeHead(status, headers).end('no data here');
}
