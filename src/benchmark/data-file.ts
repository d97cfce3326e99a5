import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import schema from '../../schemas/artifacts/trainings.schema.json' with { type: 'json' };
import parts from '../../schemas/parts.schema.json' with { type: 'json' };
import tables from '../../schemas/tables.schema.json' with { type: 'json' };
import type { TrainingsDocument } from '../../schemas/types.ts';
import { StageError } from '../runner/stage.ts';
import { networksOf } from './trained-networks.ts';

/**
 * Reads results of trainings from a data file.
 * @throws StageError naming the file and what is wrong in it
 */
export function readTrainings(file: string): TrainingsDocument {
  const refuse = (what: string, cause?: unknown) =>
    new StageError(`${file} is no file of trainings: ${what}`, cause === undefined ? {} : { cause });
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw refuse((error as Error).message, error);
  }
  const problem = problemOf(document);
  if (problem !== undefined) throw refuse(`${problem}. Its form is that of schemas/artifacts/trainings.schema.json.`);
  try {
    networksOf(document as TrainingsDocument);
  } catch (error) {
    if (error instanceof StageError) throw refuse(error.message, error);
    throw error;
  }
  return document as TrainingsDocument;
}

/** The schema is part of the stage's code: references between its files are followed from where they lie. */
function problemOf(document: unknown): string | undefined {
  const ajv = new Ajv2020({ strict: false, validateSchema: false });
  ajv.addSchema({ ...parts, $id: 'file:///schemas/parts.schema.json' });
  ajv.addSchema({ ...tables, $id: 'file:///schemas/tables.schema.json' });
  const validate = ajv.compile({ ...schema, $id: 'file:///schemas/artifacts/trainings.schema.json' });
  if (validate(document)) return undefined;
  const [{ instancePath, message, params }] = validate.errors!;
  const detail = 'additionalProperty' in params ? ` ("${params.additionalProperty as string}")` : '';
  return `${instancePath === '' ? 'the document' : instancePath.slice(1).replaceAll('/', '.')} ${message}${detail}`;
}
