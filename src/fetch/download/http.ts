import http from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';

/** Why one try at one address failed, and whether another one a little later may go better. */
export class AttemptError extends Error {
  override readonly name = 'AttemptError';
  constructor(
    message: string,
    readonly retry: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Request timeout, too early, too many requests; errors of 500 and above are the server's own. */
const TRANSIENT = new Set([408, 425, 429]);
/** Failures of the address itself rather than of the moment. */
const LASTING = new Set([
  'ENOTFOUND',
  'ECONNREFUSED',
  'ERR_INVALID_URL',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/**
 * Requests `url` and follows redirects; the response's body is yet to be read, and fails when nothing comes for
 * `idleMs`. Statuses other than 200, 206 and 416 throw an `AttemptError`.
 *
 * `node:http` and not `fetch`, which undoes a `Content-Encoding` that some servers put on archives: the bytes would no
 * longer be those of the checksum, nor would ranges fit them.
 */
export async function get(url: URL, headers: OutgoingHttpHeaders, idleMs: number): Promise<IncomingMessage> {
  let current = url;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const response = await request(current, headers, idleMs);
    const status = response.statusCode ?? 0;
    if (status === 200 || status === 206 || status === 416) return response;
    response.destroy();
    if (!REDIRECTS.has(status)) {
      throw new AttemptError(
        `HTTP ${status} ${response.statusMessage ?? ''}`.trim(),
        status >= 500 || TRANSIENT.has(status),
      );
    }
    current = redirectTarget(response.headers.location, current);
  }
  throw new AttemptError(`more than ${MAX_REDIRECTS} redirects`, false);
}

function redirectTarget(location: string | undefined, from: URL): URL {
  if (location === undefined || !URL.canParse(location, from.href))
    throw new AttemptError('a redirect to nowhere', false);
  const target = new URL(location, from);
  if (target.protocol !== 'http:' && target.protocol !== 'https:') {
    throw new AttemptError(`a redirect to ${target.protocol}, which is not followed`, false);
  }
  return target;
}

function request(url: URL, headers: OutgoingHttpHeaders, idleMs: number): Promise<IncomingMessage> {
  const client = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    // A connection of its own, closed with the response: nothing lingers in the process afterwards.
    const sent = client.get(url, { headers, agent: false, timeout: idleMs }, (response) => {
      received = response;
      resolve(response);
    });
    let received: IncomingMessage | undefined;
    sent.on('timeout', () => (received ?? sent).destroy(new AttemptError(`nothing came for ${idleMs / 1000} s`, true)));
    sent.on('error', (error: NodeJS.ErrnoException) => reject(asAttemptError(error)));
  });
}

/** Any failure of the network as an `AttemptError`. */
export function asAttemptError(error: NodeJS.ErrnoException): AttemptError {
  if (error instanceof AttemptError) return error;
  // A host with several addresses fails with one error for each and no message of its own.
  const message =
    error.message
    || (error instanceof AggregateError ? error.errors.map(String).join('; ') : (error.code ?? 'network error'));
  return new AttemptError(message, !LASTING.has(error.code ?? ''), { cause: error });
}
