import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../../src/runner/stage.ts';
import type { Pipeline } from '../../../src/runner/types.ts';
import { dependencyOrder } from '../../../src/runner/load/expansion/order.ts';
import { parse } from '../../../src/runner/load/text/parse.ts';
import { toValue } from '../../../src/runner/load/text/node.ts';
import { Source } from '../../../src/runner/load/text/source.ts';
import { Project, ids } from './project.ts';

const project = new Project();

/** A valid pipeline: mills that feed on any other, in or out of groups, some of them varied by a matrix. */
const pipelines: fc.Arbitrary<JsonObject> = fc
  .record({
    mills: fc.array(
      fc.record({
        before: fc.nat(),
        grit: fc.constantFrom('${params.a}', '${params.b}', '${params.c}', 2),
        connected: fc.boolean(),
      }),
      { minLength: 1, maxLength: 12 },
    ),
    loop: fc.array(fc.record({ back: fc.constantFrom('', '[-1]'), at: fc.nat() }), { maxLength: 4 }),
    rounds: fc.integer({ min: 1, max: 4 }),
    seeds: fc.uniqueArray(fc.nat(9), { maxLength: 2 }),
    axis: fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 3 }),
  })
  .chain(({ mills, loop, rounds, seeds, axis }) => {
    const stages: [string, JsonObject][] = [['grow', { uses: 'harvest' }]];
    mills.forEach(({ before, grit, connected }, i) => {
      const link: JsonObject = connected && i > 0 ? { before: `m${before % i}` } : {};
      stages.push([`m${i}`, { uses: 'mill', in: { crop: 'grow', ...link }, with: { grit } }]);
    });
    if (loop.length > 0) {
      const inner = loop.map(({ back, at }, i): [string, JsonObject] => {
        const before = back === '' ? (i > 0 ? `l${at % i}` : `m${at % mills.length}`) : `l${at % loop.length}[-1]`;
        return [`l${i}`, { uses: 'mill', in: { crop: 'grow', before } }];
      });
      stages.push(['loop', { repeat: rounds, stages: Object.fromEntries(inner) }]);
      stages.push(['end', { uses: 'bake', in: { flour: 'l0' }, with: { minutes: 1 } }]);
    }
    const matrix: JsonObject = {
      ...(seeds.length > 0 ? { seed: seeds } : {}),
      ...(axis.length > 0 ? { a: axis } : {}),
    };
    return fc.shuffledSubarray(stages, { minLength: stages.length }).map((shuffled): JsonObject => ({
      name: 'mills',
      params: { a: 1, b: '${params.a}', c: 3 },
      matrix,
      stages: Object.fromEntries(shuffled),
    }));
  });

/**
 * The value as text, with keys in another order, and comments and commas where the grammar lets them be. Axes keep
 * their order, which is part of ids.
 */
function rewrite(value: Json, random: () => number, within = ''): string {
  const comment = () => ['', ' // why\n', ' /* why */ ', '\n\t'][Math.floor(random() * 4)];
  if (Array.isArray(value))
    return `[${value.map((item) => comment() + rewrite(item, random)).join(',')}${random() < 0.5 && value.length > 0 ? ',' : ''}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value);
  if (within !== 'matrix') entries.sort(() => random() - 0.5);
  const members = entries.map(
    ([key, inner]) => `${comment()}${JSON.stringify(key)}${comment()}:${comment()}${rewrite(inner, random, key)}`,
  );
  return `{${members.join(',')}${random() < 0.5 && members.length > 0 ? ',' : ''}${comment()}}`;
}

/** What a pipeline says, whatever the order and place of writing. */
function meaning({ stages, file: _, types, ...rest }: Pipeline): unknown {
  return {
    ...rest,
    types: Object.keys(types).sort(),
    stages: Object.fromEntries(stages.map(({ location: __, ...stage }) => [stage.id, stage])),
  };
}

describe('any valid pipeline', () => {
  test('loads with every input before its user, each id once', () => {
    fc.assert(
      fc.property(pipelines, (pipeline) => {
        const { stages } = project.load(pipeline);
        const seen = new Set<string>();
        for (const { id, inputs } of stages) {
          for (const { stage } of Object.values(inputs)) expect(seen).toContain(stage);
          expect(seen).not.toContain(id);
          seen.add(id);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('has an instance for exactly the values of the axes that it can see', () => {
    fc.assert(
      fc.property(pipelines, (pipeline) => {
        const { stages } = project.load(pipeline);
        const byId = new Map(stages.map((stage) => [stage.id, stage]));
        for (const stage of stages) {
          // A variant never contradicts that of an input, and every axis comes from the stage itself or from an input.
          const inherited = Object.values(stage.inputs).map((input) => byId.get(input.stage)!.variant);
          for (const variant of inherited) expect(stage.variant).toMatchObject(variant);
          if (stage.type === 'mill') expect(stage.seed!.value).toBe(stage.variant.seed ?? 1);
          if (
            stage.stage.startsWith('m')
            && 'a' in (pipeline.matrix as JsonObject)
            && stage.params.grit !== 2
            && stage.params.grit !== 3
          ) {
            expect(stage.params.grit).toBe(stage.variant.a);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test('means the same with other comments and another order of keys', () => {
    fc.assert(
      fc.property(
        pipelines,
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })),
        (pipeline, stream) => {
          const random = () => stream.next().value as number;
          expect(meaning(project.load(rewrite(pipeline, random)))).toEqual(meaning(project.load(pipeline)));
        },
      ),
      { numRuns: 100 },
    );
  });
});

test('any JSON value is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      expect(toValue(parse(new Source('x', text)))).toEqual(JSON.parse(text));
    }),
  );
});

test('the dependency order of any graph holds every node once after its inputs, and a circle is one', () => {
  const graphs = fc
    .integer({ min: 1, max: 20 })
    .chain((n) => fc.array(fc.array(fc.nat(n - 1), { maxLength: 3 }), { minLength: n, maxLength: n }));
  fc.assert(
    fc.property(graphs, (graph) => {
      const result = dependencyOrder(graph.map((inputs) => ({ inputs })));
      if ('order' in result) {
        const position = new Map(result.order.map((node, i) => [node, i]));
        expect(position.size).toBe(graph.length);
        graph.forEach((inputs, node) =>
          inputs.forEach((input) => expect(position.get(input)).toBeLessThan(position.get(node)!)),
        );
      } else {
        result.circle.forEach((node, i) =>
          expect(graph[node]).toContain(result.circle[(i + 1) % result.circle.length]),
        );
      }
    }),
    { numRuns: 500 },
  );
});

test('a file that already is in dependency order keeps its order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 15 }), (links) => {
      const stages: JsonObject = { grow: { uses: 'harvest' } };
      links.forEach((link, i) => {
        stages[`m${i}`] = {
          uses: 'mill',
          in: { crop: 'grow', ...(i > 0 && link % 3 > 0 ? { before: `m${link % i}` } : {}) },
        };
      });
      expect(ids(project.load({ stages }))).toEqual(Object.keys(stages));
    }),
    { numRuns: 50 },
  );
});
