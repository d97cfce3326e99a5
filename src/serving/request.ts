import { limits } from './limits.ts';

/** A request that is refused, with its status and a message for whoever sent it. */
export class RequestError extends Error {
  override readonly name = 'RequestError';

  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}

/** What `POST /translate` asks for. */
export interface TranslationRequest {
  texts: string[];
  /** Whether `q` was a list, so that the answer is one. */
  isList: boolean;
  source: string;
  target: string;
  /** Translations wanted besides the best. */
  alternatives: number;
}

/**
 * Reads the body of `POST /translate`, JSON or a form.
 * @param mostAlternatives as many as a beam search finds besides the best
 * @throws RequestError that names the field
 */
export function readRequest(body: unknown, mostAlternatives: number): TranslationRequest {
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    throw new RequestError(400, 'The body must be a JSON object or a form, with q, source and target.');
  const fields = body as Record<string, unknown>;
  const { q, format = 'text', alternatives = 0 } = fields;
  const texts = Array.isArray(q) ? q : [q];
  if (!texts.every((text) => typeof text === 'string'))
    throw new RequestError(400, 'q must be a text or a list of texts.');
  if (format !== 'text') throw new RequestError(400, 'format must be "text": nothing else is translated.');
  const count = Number(alternatives);
  if (!Number.isInteger(count) || count < 0 || count > mostAlternatives)
    throw new RequestError(400, `alternatives must be a whole number from 0 to ${mostAlternatives}.`);
  checkSize(texts);
  return {
    texts,
    isList: Array.isArray(q),
    source: languageOf(fields, 'source'),
    target: languageOf(fields, 'target'),
    alternatives: count,
  };
}

function checkSize(texts: readonly string[]): void {
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const lines = texts.reduce((sum, text) => sum + text.split('\n').length, 0);
  if (characters > limits.characters)
    throw new RequestError(
      400,
      `The text has ${characters} characters, and no more than ${limits.characters} are translated at once.`,
    );
  if (lines > limits.lines)
    throw new RequestError(
      400,
      `The text has ${lines} lines, and no more than ${limits.lines} are translated at once.`,
    );
}

function languageOf(fields: Record<string, unknown>, name: 'source' | 'target'): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '') throw new RequestError(400, `${name} must be the code of a language.`);
  return value;
}
