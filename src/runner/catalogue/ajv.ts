import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';

export type { ValidateFunction };

export const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/**
 * Checks declarations and parameters. The project's dialect: JSON Schema 2020-12 with `payload` (files beside an
 * artifact's document), `contentOf` (a path whose content counts), `differsFrom` (a neighbour that must have another
 * value) and the format `language-code`, strict about schemas, filling in defaults.
 * @param options.full Also checks schemas against the published meta-schema, which costs more than all the rest of
 * loading a pipeline; leave it to tests and generators.
 */
export function createAjv(options: { full?: boolean } = {}): Ajv2020 {
  const full = options.full ?? false;
  const ajv = new Ajv2020({
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    allErrors: true,
    useDefaults: true,
    verbose: true,
    formats: { ...fullFormats, 'language-code': isLanguageCode },
    meta: full,
    validateSchema: full,
    code: { optimize: false }, // each validator runs a few times: making it better costs more than it gains
  });
  ajv.addKeyword({ keyword: 'payload', schemaType: 'object' });
  ajv.addKeyword({ keyword: 'contentOf', schemaType: 'boolean' });
  ajv.addKeyword({
    keyword: 'differsFrom',
    schemaType: 'string',
    error: { message: ({ schema }) => `must differ from "${String(schema)}"` },
    validate: (other: string, value: unknown, _: unknown, place?: { parentData: Record<string, unknown> }) =>
      place?.parentData[other] !== value,
  });
  // Schemas of schemas refer to the dialect; in its place stands what little needs no compiling.
  if (!full) ajv.addSchema({ $id: DIALECT, type: ['object', 'boolean'] });
  return ajv;
}

/**
 * Checks artifacts' documents, by schemas that were checked when they were read. Without defaults: a
 * document must be complete as it is, since other programs read it too. It stops at the first error: a
 * document may be large, and all of it wrong.
 */
export function createDocumentAjv(): Ajv2020 {
  return new Ajv2020({ strict: false, validateSchema: false, verbose: true, formats: fullFormats });
}

const languages = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

/** Whether a text is the ISO 639 code of a language that Unicode's data know, with a region or script or without. */
function isLanguageCode(text: string): boolean {
  return /^[a-z]{2,3}(-[a-z]{2,4})?$/u.test(text) && languages.of(text) !== undefined;
}
