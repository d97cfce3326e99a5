import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RenderedPage } from './page.ts';

/** Milliseconds after which a page that lost its connection tries again. */
const retry = 1000;

const types = { html: 'text/html; charset=utf-8', csv: 'text/csv; charset=utf-8', events: 'text/event-stream' };

/**
 * Serves one page on the loopback interface, with its files, and tells those who look at it when there is a newer one. To
 * nobody else: who calls it by another name, or from a page of another origin, is refused.
 */
export class PageServer {
  readonly #server: Server;
  readonly #watchers = new Set<ServerResponse>();
  #page: RenderedPage;

  private constructor(page: RenderedPage) {
    this.#page = page;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  /** Listens on a port that is free. */
  static async start(page: RenderedPage): Promise<PageServer> {
    const server = new PageServer(page);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get address(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  show(page: RenderedPage): void {
    if (page.html === this.#page.html) return;
    this.#page = page;
    for (const watcher of this.#watchers) watcher.write('data: newer\n\n');
  }

  async close(): Promise<void> {
    for (const watcher of this.#watchers) watcher.end();
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  #answer({ method, url = '', headers }: IncomingMessage, response: ServerResponse): void {
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    response.setHeader('X-Frame-Options', 'DENY');
    const names = [`127.0.0.1:${this.#port}`, `localhost:${this.#port}`];
    const { host = '', origin } = headers;
    // Another name may be one of a foreign page that leads here.
    if (!names.includes(host) || (origin !== undefined && origin !== `http://${host}`)) return refuse(response, 403);
    if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405);
    if (url === '/events' && method === 'GET') return this.#watch(response);
    const beside = this.#page.beside.find(({ name }) => url === `/${encodeURIComponent(name)}`);
    if (url === '/') response.setHeader('Content-Type', types.html).end(this.#page.html);
    else if (beside !== undefined) response.setHeader('Content-Type', types.csv).end(beside.text);
    else refuse(response, 404);
  }

  #watch(response: ServerResponse): void {
    response.setHeader('Content-Type', types.events);
    response.write(`retry: ${retry}\n\n`);
    this.#watchers.add(response);
    response.on('close', () => this.#watchers.delete(response));
  }
}

function refuse(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.end();
}
