import formBody from '@fastify/formbody';
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { ModelDocument } from '../../schemas/types.ts';
import { checkKey, checkOrigin } from './access.ts';
import { limits } from './limits.ts';
import { servingMetrics } from './metrics.ts';
import { type TranslateLines, TranslationQueue } from './queue.ts';
import { readRequest, RequestError, type TranslationRequest } from './request.ts';

export interface ServerOptions {
  /** Of the models, by their numbers. */
  pairs: readonly ModelDocument['languages'][];
  translate: TranslateLines;
  /** Translations of a line that there can be. */
  nBest: number;
  /** Whether only programs of this machine can ask. */
  local: boolean;
  /** What each request must give. */
  key?: string;
  /** Requests a minute of each address. */
  rate: number;
  /** Told of failures that are not the request's. */
  onFailure: (error: Error) => void;
}

/** A server with the interface of LibreTranslate: `/translate`, `/languages`; beside it `/health` and `/metrics`. */
export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const { pairs, local, key, rate, onFailure } = options;
  const app = fastify({
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.receivingSeconds * 1000,
    connectionTimeout: (limits.receivingSeconds + limits.answeringSeconds) * 1000,
  });
  const metrics = servingMetrics(() => queue.waitingLines);
  const queue = new TranslationQueue(options.translate, (model, lines) => metrics.batched(nameOf(pairs[model]), lines));

  app.addHook('onRequest', async ({ headers }) => checkOrigin(headers, local));
  app.addHook('onResponse', async ({ routeOptions }, reply) =>
    metrics.answered(routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000),
  );
  app.setErrorHandler((error: Error & { statusCode?: number }, _, reply) => {
    const { statusCode = 500 } = error;
    if (statusCode >= 500 && !(error instanceof RequestError)) onFailure(error);
    return reply.code(statusCode).send({ error: statusCode === 500 ? 'The server failed.' : error.message });
  });
  app.setNotFoundHandler(({ method, url }, reply) => reply.code(404).send({ error: `There is no ${method} ${url}.` }));
  await app.register(formBody, { bodyLimit: limits.bodyBytes });
  await app.register(rateLimit, {
    max: rate,
    timeWindow: '1 minute',
    errorResponseBuilder: (_, { max }) => new RequestError(429, `No more than ${max} requests a minute are answered.`),
  });

  app.get('/health', () => ({ status: 'ok' }));
  app.get('/languages', ({ headers }) => {
    checkKey(key, bearer(headers.authorization));
    return languagesOf(pairs);
  });
  app.get('/metrics', async ({ headers }, reply) => {
    checkKey(key, bearer(headers.authorization));
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  app.post('/translate', async ({ headers, body }, reply) => {
    checkKey(key, bearer(headers.authorization) ?? (body as { api_key?: unknown } | null)?.api_key);
    const request = readRequest(body, options.nBest - 1);
    const { model, detected } = modelFor(request, pairs);
    const texts = request.texts.map((text) => text.split('\n'));
    const translated = await queue.translate(model, texts.flat(), endOf(reply));
    let at = 0;
    const answers = texts.map((lines) => translated.slice(at, (at += lines.length)));
    const joined = (rank: number) =>
      answers.map((lines) => lines.map((ranked) => ranked[rank] ?? ranked[0]).join('\n'));
    const alternatives = Array.from({ length: request.alternatives }, (_, i) => joined(i + 1));
    const one = <Value>(values: readonly Value[]): Value | readonly Value[] => (request.isList ? values : values[0]);
    return {
      translatedText: one(joined(0)),
      ...(request.alternatives > 0
        ? { alternatives: one(texts.map((_, i) => alternatives.map((all) => all[i]))) }
        : {}),
      ...(detected ? { detectedLanguage: one(texts.map(() => ({ language: detected, confidence: 0 }))) } : {}),
    };
  });
  return app;
}

/** The model that translates between two languages; `auto` is the only language that the target is translated from. */
function modelFor(
  { source, target }: TranslationRequest,
  pairs: ServerOptions['pairs'],
): { model: number; detected?: string } {
  const fitting = pairs.flatMap((pair, model) =>
    pair.target === target && (source === 'auto' || pair.source === source) ? [model] : [],
  );
  const known = pairs.map(nameOf).join(', ');
  if (fitting.length === 0) throw new RequestError(400, `${source}–${target} is not translated here; ${known} is.`);
  if (fitting.length > 1)
    throw new RequestError(400, `source must be named: ${known} are translated, and no language is detected.`);
  return { model: fitting[0], ...(source === 'auto' ? { detected: pairs[fitting[0]].source } : {}) };
}

/** Ends when the answer takes too long, or nobody waits for it. */
function endOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const late = new RequestError(503, `The translation took longer than ${limits.answeringSeconds} seconds.`);
  const timer = setTimeout(() => controller.abort(late), limits.answeringSeconds * 1000);
  reply.raw.once('close', () => {
    clearTimeout(timer);
    if (!reply.raw.writableFinished) controller.abort(new RequestError(499, 'The connection was closed.'));
  });
  return controller.signal;
}

function languagesOf(pairs: ServerOptions['pairs']): { code: string; name: string; targets: string[] }[] {
  const names = new Intl.DisplayNames('en', { type: 'language' });
  return [...new Set(pairs.map(({ source }) => source))].map((code) => ({
    code,
    name: names.of(code) ?? code,
    targets: pairs.filter(({ source }) => source === code).map(({ target }) => target),
  }));
}

function nameOf({ source, target }: ModelDocument['languages']): string {
  return `${source}–${target}`;
}

function bearer(header: string | undefined): string | undefined {
  return /^Bearer (.+)$/.exec(header ?? '')?.[1];
}
