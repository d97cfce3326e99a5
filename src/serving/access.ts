import { timingSafeEqual } from 'node:crypto';
import { digestText } from '../disk/digest.ts';
import { RequestError } from './request.ts';

const loopback = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Refuses what a web page elsewhere would send through a browser on this machine: a name for this machine that is not
 * its own, or another site's page.
 * @throws RequestError
 */
export function checkOrigin({ host, origin }: { host?: string; origin?: string }, local: boolean): void {
  const name = host === undefined ? undefined : hostname(`http://${host}`);
  if (local && (name === undefined || !loopback.includes(name)))
    throw new RequestError(403, `The host ${host ?? '(none)'} is not this machine: ask for localhost.`);
  if (origin !== undefined && hostname(origin) !== name)
    throw new RequestError(403, `Pages of ${origin} may not ask this server.`);
}

/** @throws RequestError where the server has a key, and this is not it */
export function checkKey(key: string | undefined, given: unknown): void {
  if (key === undefined) return;
  // Digests are of one length, and comparing them takes the same time wherever they differ.
  const isKey =
    typeof given === 'string' && timingSafeEqual(Buffer.from(digestText(given)), Buffer.from(digestText(key)));
  if (!isKey)
    throw new RequestError(403, 'The key is missing or wrong: give it as api_key, or as Authorization: Bearer.');
}

function hostname(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}
