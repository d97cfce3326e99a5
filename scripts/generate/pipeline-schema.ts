import type { Json, JsonObject } from '../../src/runner/stage.ts';
import { SPREAD } from '../../src/runner/load/expansion/spread.ts';
import type { StageType } from '../../src/runner/types.ts';

const SUBSTITUTION: JsonObject = { $ref: '#/definitions/substitution' };
const SPREAD_SCHEMA: JsonObject = {
  description: 'An object of parameters to take over, such as "${params.training}"; what is written beside it wins.',
  anyOf: [{ type: 'object' }, SUBSTITUTION],
};
const REMOVE: JsonObject = { type: 'null', description: 'Removes what the extended file has here.' };

/**
 * JSON Schema of pipeline files for editors, in draft-07, which all of them know. It is a little more lenient than the
 * loader where a file alone cannot tell: what an extending file leaves out, it may inherit.
 */
export function pipelineSchema(types: Record<string, StageType>): JsonObject {
  const all = Object.values(types);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Pipeline',
    description: 'An experiment as stages and what feeds them. The grammar: docs/pipeline-files.md.',
    $comment: 'Generated from schemas/stages by "npm run generate"; do not edit.',
    type: 'object',
    additionalProperties: false,
    anyOf: [{ required: ['extends'] }, { required: ['name', 'stages'] }],
    properties: {
      $schema: { type: 'string', description: 'Path of this schema, for editors.' },
      name: {
        type: 'string',
        pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
        description: 'Name of the experiment and of its runs.',
      },
      description: { type: 'string', description: 'What the experiment shows.' },
      extends: {
        anyOf: [
          { type: 'string', minLength: 1 },
          { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } },
        ],
        description:
          'Path of a pipeline file to build on, relative to this one, or several. Objects merge, anything else '
          + 'replaces, null removes.',
      },
      seed: {
        ...either({ type: 'integer', minimum: 0 }),
        default: 1,
        description: 'Root of all random streams; ${seed} in texts.',
      },
      params: {
        type: 'object',
        description: 'Values that are named once and used as ${params.name}; they may refer to each other.',
        propertyNames: { pattern: '^(?!seed$)[A-Za-z_][A-Za-z0-9_-]*$' },
      },
      matrix: {
        type: 'object',
        description:
          'Parameters, or the seed, with several values: what depends on them is made once for each combination.',
        additionalProperties: {
          anyOf: [
            { type: 'array', minItems: 1, uniqueItems: true },
            {
              type: 'object',
              minProperties: 1,
              description: 'Values by the names that ids of instances have for them.',
            },
            REMOVE,
          ],
        },
      },
      stages: {
        type: 'object',
        description: 'Stages and groups by name.',
        propertyNames: { $ref: '#/definitions/name' },
        additionalProperties: { $ref: '#/definitions/stageOrGroup' },
      },
    },
    definitions: {
      substitution: {
        type: 'string',
        pattern: '\\$\\{',
        description: 'A text with a substitution: ${params.name}, ${seed}, ${round} or ${env.SHRINKNAS_NAME:default}.',
      },
      name: { type: 'string', pattern: '^[a-z][a-z0-9-]*$' },
      reference: {
        type: 'string',
        pattern: '^[a-z][a-z0-9-]*(\\[-?[1-9][0-9]*\\])?(\\.[A-Za-z][A-Za-z0-9_-]*)?$',
        description: 'A stage, as "stage", "stage.output", "stage[-1]" (the round before) or "stage[2]" (round 2).',
      },
      references: {
        anyOf: [
          { $ref: '#/definitions/reference' },
          {
            type: 'array',
            minItems: 1,
            items: { $ref: '#/definitions/reference' },
            description: 'The first that exists.',
          },
          REMOVE,
        ],
      },
      gathered: {
        anyOf: [
          {
            type: 'object',
            propertyNames: { pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$' },
            additionalProperties: { anyOf: [{ $ref: '#/definitions/reference' }, REMOVE] },
            description: 'Sources by label, each on all axes of the matrix that this stage does not depend on.',
          },
          REMOVE,
        ],
      },
      stageOrGroup: {
        if: { anyOf: [{ required: ['repeat'] }, { required: ['stages'] }] },
        then: { $ref: '#/definitions/group' },
        else: { $ref: '#/definitions/stage' },
      },
      group: {
        type: ['object', 'null'],
        additionalProperties: false,
        description: 'Stages that are repeated in rounds.',
        properties: {
          repeat: { ...either({ type: 'integer', minimum: 1 }), description: 'Number of rounds.' },
          stages: {
            type: 'object',
            description: 'The stages of a round.',
            propertyNames: { $ref: '#/definitions/name' },
            additionalProperties: { $ref: '#/definitions/stage' },
          },
        },
      },
      stage: {
        type: ['object', 'null'],
        additionalProperties: false,
        description: 'One step of the experiment.',
        properties: {
          uses: {
            description: 'Stage type.',
            oneOf: all.map(({ name, description }) => ({ const: name, description })),
          },
          in: {
            type: ['object', 'null'],
            description: 'What feeds each input slot.',
            additionalProperties: {
              anyOf: [{ $ref: '#/definitions/references' }, { $ref: '#/definitions/gathered' }],
            },
          },
          with: { type: ['object', 'null'], description: 'Parameters.' },
          resources: { $ref: '#/definitions/resources' },
          timeout: {
            ...either(
              { type: 'number', exclusiveMinimum: 0 },
              { type: 'string', pattern: '^\\d+(\\.\\d+)?\\s*(s|m|min|h|d)$' },
            ),
            description: 'How long one execution may take: seconds, or a text such as "2h".',
          },
          retries: {
            ...either({ type: 'integer', minimum: 0 }),
            description: 'How often the stage is executed once more after a failure.',
          },
        },
        allOf: all.map((type) => ({
          if: { required: ['uses'], properties: { uses: { const: type.name } } },
          then: { properties: { in: inputs(type), with: { $ref: `#/definitions/${type.name}-params` } } },
        })),
      },
      resources: {
        type: ['object', 'null'],
        additionalProperties: false,
        description: 'What the stage takes of the machine.',
        properties: {
          cores: { ...either({ type: 'integer', minimum: 1 }), description: 'Processor cores.' },
          gpu: { ...either({ type: 'integer', minimum: 0 }), description: 'Graphics processors.' },
          memory: {
            ...either(
              { type: 'integer', minimum: 0 },
              { type: 'string', pattern: '^\\d+(\\.\\d+)?\\s*([KMGTkmgt]?[Ii]?[Bb])?$' },
            ),
            description: 'Main memory in bytes, or a text such as "4GB".',
          },
        },
      },
      ...Object.fromEntries(all.map((type) => [`${type.name}-params`, params(type)])),
    },
  };
}

function either(...schemas: JsonObject[]): JsonObject {
  return { anyOf: [...schemas, SUBSTITUTION, REMOVE] };
}

function inputs({ inputs: slots }: StageType): JsonObject {
  const properties = Object.entries(slots).map(
    ([slot, { artifact, description, optional, many }]): [string, JsonObject] => [
      slot,
      {
        description: `${description} (${artifact}${many ? ', several by label' : ''}${optional ? ', optional' : ''})`,
        allOf: [{ $ref: `#/definitions/${many ? 'gathered' : 'references'}` }],
      },
    ],
  );
  return { additionalProperties: false, properties: Object.fromEntries(properties) };
}

function params({ name, description, params: schema }: StageType): JsonObject {
  const strict = lenient(schema, `#/definitions/${name}-params/`) as JsonObject;
  return { ...strict, type: ['object', 'null'], description };
}

/** A schema of 2020-12 in the words of draft-07, in which every value may also be a substitution. */
function lenient(schema: Json, root: string): Json {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return schema;
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    switch (key) {
      // What is required may come from elsewhere: an inherited file, an object taken over.
      case 'required':
      case 'dependentRequired':
      case 'dependentSchemas':
      case 'contentOf':
      case 'differsFrom':
      case '$schema':
        break;
      case 'format':
        // The loader's own: an editor would refuse a schema with a format that it does not know.
        if (value !== 'language-code') result[key] = value;
        break;
      case '$ref':
        result.$ref = (value as string).replace(/^#\//, root).replace('/$defs/', '/definitions/');
        break;
      case '$defs':
        result.definitions = mapValues(value as JsonObject, (inner) => lenient(inner, root));
        break;
      case 'properties':
        result[key] = {
          [SPREAD]: SPREAD_SCHEMA,
          ...mapValues(value as JsonObject, (inner) => substitutable(inner, root)),
        };
        break;
      case 'patternProperties':
        result[key] = mapValues(value as JsonObject, (inner) => substitutable(inner, root));
        break;
      case 'prefixItems':
        result.items = (value as Json[]).map((inner) => substitutable(inner, root));
        break;
      case 'items':
        result[schema.prefixItems === undefined ? 'items' : 'additionalItems'] = substitutable(value, root);
        break;
      case 'additionalProperties':
        result[key] = substitutable(value, root);
        break;
      case 'anyOf':
      case 'oneOf':
      case 'allOf':
        result[key] = (value as Json[]).map((inner) => lenient(inner, root));
        break;
      case 'not':
      case 'if':
      case 'then':
      case 'else':
        result[key] = lenient(value, root);
        break;
      default:
        result[key] = value;
    }
  }
  return result;
}

/** What an editor shows stays outside, where it looks for it. */
function substitutable(schema: Json, root: string): Json {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return schema;
  const { description, default: preset, title, ...rest } = schema;
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(preset === undefined ? {} : { default: preset }),
    anyOf: [lenient(rest, root), SUBSTITUTION, REMOVE],
  };
}

function mapValues(object: JsonObject, map: (value: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
}
