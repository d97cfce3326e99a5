import { describe, expect, test } from '@jest/globals';
import { loadArtifactSchemas } from '../../../src/runner/catalogue/artifacts.ts';
import { checkSchemas } from '../../../src/runner/catalogue/check-schemas.ts';
import { findProject } from '../../../src/runner/catalogue/project.ts';
import { readSchema } from '../../../src/runner/catalogue/schema-file.ts';
import { loadStageTypes } from '../../../src/runner/catalogue/stage-types.ts';
import { loadPipeline } from '../../../src/runner/load/pipeline.ts';
import { packageRoot } from '../../../src/runner/package-root.ts';
import type { JsonObject } from '../../../src/runner/stage.ts';
import { Project, complaintOf } from '../load/project.ts';

const good = {
  name: 'sift',
  description: 'Sifts.',
  inputs: {},
  outputs: { flour: { artifact: 'flour', description: 'Fine.' } },
  params: {
    type: 'object',
    additionalProperties: false,
    properties: { mesh: { type: 'integer', description: 'Wires.' } },
  },
};

describe('stage types', () => {
  test('come with the path of their module and resources in bytes', () => {
    const project = new Project();
    const types = loadStageTypes(project.folder);
    expect(types.mill).toMatchObject({
      name: 'mill',
      seeded: true,
      resources: { cores: 2, memory: 1e9 },
      home: project.folder,
      entry: `${project.folder}/stages/mill.ts`,
    });
  });

  test.each<[string, JsonObject, string]>([
    ['an unknown key', { ...good, input: {} }, '"input" is unknown'],
    ['open parameters', { ...good, params: { type: 'object' } }, '"params" lacks "additionalProperties"'],
    [
      'a parameter without a description',
      { ...good, params: { ...good.params, properties: { mesh: { type: 'integer' } } } },
      '"params.properties.mesh" lacks "description"',
    ],
    [
      'an artifact that is no name',
      { ...good, outputs: { flour: { artifact: 'Flour!', description: 'Fine.' } } },
      '"outputs.flour.artifact" must match ^[a-z][a-z0-9-]*$, found "Flour!"',
    ],
  ])('with %s are refused in their file', (_, declaration, message) => {
    const project = new Project();
    project.addType('sift', declaration);
    const complaint = complaintOf(() => loadStageTypes(project.folder), project.folder);
    expect(complaint.message).toBe(message);
    expect(complaint.at).toMatch(/^schemas\/stages\/sift\.json:\d+:\d+$/);
  });

  test('with a schema that makes no sense, another name, no module or no JSON are refused', () => {
    const project = new Project();
    const load = () => complaintOf(() => project.load({ stages: { a: { uses: 'sift' } } }), project.folder);
    project.addType('sift', {
      ...good,
      params: { ...good.params, properties: { mesh: { type: 'intger', description: 'Wires.' } } },
    });
    expect(load().message).toMatch(/sift\.json is not a valid schema: .*intger/);
    project.addType('sift', { ...good, name: 'sieve' });
    expect(load().message).toMatch(/sift\.json declares the stage type "sieve"/);
    project.addType('sift', '{ "name": "sift" ');
    expect(load()).toMatchObject({ message: 'this { is never closed', at: 'schemas/stages/sift.json:1:1' });
    project.write('schemas/stages/sow.json', JSON.stringify({ ...good, name: 'sow' }));
    expect(complaintOf(() => project.load({ stages: { a: { uses: 'sow' } } }), project.folder).message).toMatch(
      /the stage type "sow" has no module .*stages\/sow\.ts/,
    );
  });

  test('take parts that other files describe', () => {
    const project = new Project();
    const { mesh } = good.params.properties;
    const write = (parts: JsonObject) => project.write('schemas/parts.schema.json', JSON.stringify({ $defs: parts }));
    const sieve = (properties: JsonObject) =>
      project.addType('sift', { ...good, params: { ...good.params, properties } });
    const properties = () => loadStageTypes(project.folder).sift.params.properties;
    const complaint = () => complaintOf(properties, project.folder).message;
    write({ mesh, sieve: { type: 'object', description: 'Both.', properties: { mesh: { $ref: '#/$defs/mesh' } } } });
    sieve({
      mesh: { $ref: '../parts.schema.json#/$defs/mesh', default: 9 },
      both: { $ref: '../parts.schema.json#/$defs/sieve' },
    });
    expect(properties()).toEqual({
      mesh: { ...mesh, default: 9 },
      both: { type: 'object', description: 'Both.', properties: { mesh } },
    });

    sieve({ mesh: { $ref: '../parts.schema.json#/$defs/sand' } });
    expect(complaint()).toMatch(
      /sift\.json refers to \.\.\/parts\.schema\.json#\/\$defs\/sand: there is no such part$/,
    );
    sieve({ mesh: { $ref: '../other.schema.json' } });
    expect(complaint()).toMatch(/sift\.json refers to \.\.\/other\.schema\.json: there is no such file$/);
    sieve({ mesh: { $ref: '../parts.schema.json#/$defs/mesh' } });
    write({ mesh: { $ref: 'parts.schema.json#/$defs/mesh' } });
    expect(complaint()).toMatch(
      /parts\.schema\.json refers to parts\.schema\.json#\/\$defs\/mesh: that refers back to itself$/,
    );
  });

  test('that a pipeline does not use are not even read', () => {
    const project = new Project();
    project.addType('broken', '{');
    expect(Object.keys(project.load({ stages: { a: { uses: 'harvest' } } }).types)).toEqual(['harvest']);
  });
});

describe('artifact schemas', () => {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    description: 'Flour.',
    type: 'object',
    properties: { grams: { type: 'number' } },
    payload: { 'flour.bin': 'The flour.' },
  };

  test('come apart into schema and payload', () => {
    const project = new Project();
    project.write('schemas/artifacts/flour.schema.json', JSON.stringify(schema));
    expect(loadArtifactSchemas(project.folder)).toMatchObject({
      flour: {
        schema: { description: 'Flour.', type: 'object', properties: { grams: { type: 'number' } } },
        payload: { 'flour.bin': 'The flour.' },
      },
    });
  });

  test('with a payload outside the folder are refused', () => {
    const project = new Project();
    for (const name of ['../x', '/x', 'a/../x']) {
      project.write('schemas/artifacts/flour.schema.json', JSON.stringify({ ...schema, payload: { [name]: 'x' } }));
      expect(complaintOf(() => loadArtifactSchemas(project.folder), project.folder).at).toMatch(
        /^schemas\/artifacts\/flour\.schema\.json:1:\d+$/,
      );
    }
  });

  test('that break the published meta-schema are found by the full check', () => {
    const project = new Project();
    project.write(
      'schemas/artifacts/flour.schema.json',
      JSON.stringify({ ...schema, properties: { grams: { type: 'number', minimum: '3' } } }),
    );
    expect(complaintOf(() => checkSchemas(project.folder), project.folder).message).toMatch(
      /flour\.schema\.json is not a valid schema/,
    );
  });
});

describe("beside a project's own types", () => {
  const shared = loadStageTypes(packageRoot);
  const flour = { $schema: 'https://json-schema.org/draft/2020-12/schema', description: 'Flour.', type: 'object' };

  test('are those of this package, code and schemas', () => {
    const project = new Project();
    const types = loadStageTypes(project.folder);
    expect(Object.keys(types)).toEqual(['bake', 'harvest', 'mill', 'taste', ...Object.keys(shared)].sort());
    expect(types.preprocess).toEqual(shared.preprocess);
    expect(types.preprocess).toMatchObject({ home: packageRoot, entry: `${packageRoot}/stages/preprocess.ts` });
    expect(loadArtifactSchemas(project.folder)).toEqual(loadArtifactSchemas(packageRoot));
  });

  test('is none of this package with the same name: the own one wins', () => {
    const project = new Project();
    project.addType('preprocess', { ...good, name: 'preprocess' });
    project.write('schemas/artifacts/raw-corpus.schema.json', JSON.stringify(flour));
    expect(loadStageTypes(project.folder).preprocess).toMatchObject({ description: 'Sifts.', home: project.folder });
    expect(loadArtifactSchemas(project.folder)['raw-corpus'].schema.description).toBe('Flour.');
    expect(project.load({ stages: { a: { uses: 'preprocess' } } }).types.preprocess.home).toBe(project.folder);
  });

  test('one of this package is refused at the place when the project declares an artifact of it otherwise', () => {
    const project = new Project();
    const { value: raw } = readSchema(`${packageRoot}/schemas/artifacts/raw-corpus.schema.json`);
    const pipeline = { stages: { corpus: { uses: 'fetch', with: { embedded: 'typescript' } } } };
    // The same with its parts written out is no other artifact.
    project.write('schemas/artifacts/raw-corpus.schema.json', JSON.stringify(raw));
    expect(project.load(pipeline).types.fetch.home).toBe(packageRoot);
    project.write('schemas/artifacts/raw-corpus.schema.json', JSON.stringify(flour));
    expect(project.complaint(pipeline)).toMatchObject({
      message: '"fetch" of shrinknas reads or writes the artifact raw-corpus, which this project declares otherwise',
      hint:
        'give yours another name, or remove schemas/artifacts/raw-corpus.schema.json: then raw-corpus is that of '
        + 'shrinknas',
      at: 'pipelines/bread.json5:5:15',
    });
  });
});

describe('the project of a file', () => {
  test('is the nearest folder above with stages and schemas, else the package', () => {
    const project = new Project();
    expect(findProject(`${project.folder}/pipelines/deep/er/x.json5`)).toBe(project.folder);
    expect(findProject('/x.json5')).toBe(packageRoot);
  });

  test('can be given', () => {
    const [here, there] = [new Project(), new Project()];
    const file = here.write('x.json5', '{ "name": "x", "stages": { "a": { "uses": "harvest" } } }');
    expect(loadPipeline(file, { project: there.folder })).toMatchObject({
      project: there.folder,
      types: { harvest: { entry: `${there.folder}/stages/harvest.ts` } },
    });
  });
});
