import path from 'node:path';
import type { ValidateFunction } from '../catalogue/ajv.ts';
import { createDocumentAjv } from '../catalogue/ajv.ts';
import { complain, pointerOf } from '../catalogue/complaint.ts';
import { readSchema } from '../catalogue/schema-file.ts';
import { packageRoot } from '../package-root.ts';

const schemaFile = path.join(packageRoot, 'schemas', 'records.schema.json');

/** What of a record from elsewhere is not as the schema has it, as the end of a sentence; undefined where it is. */
export function recordProblem(kind: 'run' | 'key', record: object): string | undefined {
  const validate = validatorOf(kind);
  if (validate(record)) return undefined;
  const complaint = complain(validate.errors!);
  return `${pointerOf(complaint)}: ${complaint.says}`;
}

const validators = new Map<string, ValidateFunction>();

function validatorOf(kind: 'run' | 'key'): ValidateFunction {
  let validate = validators.get(kind);
  if (validate === undefined) {
    const ajv = createDocumentAjv().addSchema({ ...readSchema(schemaFile).value, $id: 'records' });
    validate = ajv.compile({ $ref: `records#/$defs/${kind}Record` });
    validators.set(kind, validate);
  }
  return validate;
}
