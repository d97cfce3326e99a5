import { compile } from 'json-schema-to-typescript';
import type { JSONSchema } from 'json-schema-to-typescript';
import type { ArtifactSchema } from '../../src/runner/catalogue/artifacts.ts';
import type { Json, JsonObject } from '../../src/runner/stage.ts';
import type { StageType } from '../../src/runner/types.ts';

const BANNER = '// Generated from schemas/stages and schemas/artifacts by "npm run generate"; do not edit.\n';

/**
 * One interface for the parameters of each stage type, defaults filled in, and one for the
 * document of each artifact type.
 */
export async function typeDeclarations(
  types: Record<string, StageType>,
  artifacts: Record<string, ArtifactSchema>,
): Promise<string> {
  const parts = [BANNER];
  for (const [name, type] of Object.entries(types)) {
    parts.push(
      await declare(`${pascal(name)}Params`, {
        ...type.params,
        description: `Parameters of the stage type \`${name}\`.`,
      }),
    );
  }
  for (const [name, { schema }] of Object.entries(artifacts)) {
    const description =
      typeof schema.description === 'string' ? schema.description : `The document of the artifact \`${name}\`.`;
    parts.push(await declare(`${pascal(name)}Document`, { ...schema, description }));
  }
  parts.push(table('ArtifactDocuments', 'The document of each artifact type.', Object.keys(artifacts), 'Document'));
  return parts.join('\n');
}

/** An interface from names to the types that are called after them. */
function table(name: string, description: string, names: readonly string[], suffix: string): string {
  const entries = names.map(
    (entry) => `  ${/^[a-z]+$/.test(entry) ? entry : `'${entry}'`}: ${pascal(entry)}${suffix};\n`,
  );
  return `/** ${description} */\nexport interface ${name} {\n${entries.join('')}}\n`;
}

async function declare(name: string, schema: JsonObject): Promise<string> {
  return await compile(prepare(schema, name) as JSONSchema, name, {
    bannerComment: '',
    ignoreMinAndMaxItems: true,
    additionalProperties: false,
    unreachableDefinitions: false,
    style: { singleQuote: true, printWidth: 120 },
  });
}

/**
 * A schema such that its types come out as a stage sees the values: what has a default is there, and names of shared
 * parts begin with the name of the whole, so that two schemas can both have a `language`.
 */
function prepare(schema: Json, owner: string): Json {
  if (Array.isArray(schema)) return schema.map((item) => prepare(item, owner));
  if (typeof schema !== 'object' || schema === null) return schema;
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    // A title would become the name of the type; an `$id` or `$schema` would be looked up.
    if ((key === 'title' && typeof value === 'string') || ['$id', '$schema', 'contentOf', 'differsFrom'].includes(key))
      continue;
    if (key === '$ref') {
      result.$ref = (value as string).replace(
        /^#\/\$defs\/([^/]+)/,
        (_, name: string) => `#/$defs/${owner}${pascal(name)}`,
      );
    } else if (key === '$defs') result.$defs = prepareEach(value as JsonObject, owner, (name) => owner + pascal(name));
    else if (key === 'properties') result.properties = prepareEach(value as JsonObject, owner, (name) => name);
    else if (['default', 'const', 'enum', 'examples'].includes(key)) result[key] = value;
    else result[key] = prepare(value, owner);
  }
  if (typeof schema.properties === 'object' && schema.properties !== null) {
    const properties = schema.properties as Record<string, JsonObject>;
    const preset = Object.keys(properties).filter((name) => properties[name].default !== undefined);
    result.required = [...new Set([...((schema.required as string[] | undefined) ?? []), ...preset])];
  }
  return result;
}

function prepareEach(parts: JsonObject, owner: string, rename: (name: string) => string): JsonObject {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [rename(name), prepare(part, owner)]));
}

function pascal(name: string): string {
  return name.replace(/(^|[-_])(\w)/g, (_, __, letter: string) => letter.toUpperCase());
}
