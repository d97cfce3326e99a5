import { describe, expect, test } from '@jest/globals';
import type { NetworksDocument } from '../../schemas/types.ts';
import { countParameters } from '../../src/nas/counts.ts';
import {
  architectureOf,
  extremeGenes,
  formatGenes,
  genePositions,
  parseGenes,
  type Space,
} from '../../src/nas/space.ts';
import { StageError } from '../../src/runner/stage.ts';
import pool from '../../stages/pool.ts';
import { StageBench } from '../support/stage-bench.ts';

const bench = new StageBench();
const space: Space = {
  widths: [8, 16, 32],
  ratios: [1, 2, 4],
  heads: [2, 4],
  operators: ['attention', 'light', 'lsra-dynamic'],
  activations: ['relu', 'swish'],
  encoderLayers: 2,
  decoderLayers: [1, 2, 3],
  crossHeads: [2, 4],
  spans: [1, 2],
};
const model = { norm: 'post' as const, kernels: [3, 5] };
const params = { space, ...model, count: 60, from: 4000, to: 24000, bins: 4, draws: 10000, named: [] };

async function draw(changed: object = {}, stream = 'stage') {
  const warnings: string[] = [];
  const log = (message: string, level?: string) => void (level === 'warning' && warnings.push(message));
  const { networks: folder } = await bench.run(pool, { ...params, ...changed }, {}, ['networks'], { log, stream });
  return { ...(bench.read(folder, 'networks') as unknown as NetworksDocument), warnings };
}

const architectures = ({ networks }: NetworksDocument) =>
  networks.map(({ genes }) => architectureOf(space, parseGenes(space, genes)));

describe('a pool of random networks', () => {
  test('has them evenly over all strata of size and decoder width, each in its own', async () => {
    const drawn = await draw();
    expect(drawn.networks).toHaveLength(60);
    expect(drawn).toMatchObject({ space, model, warnings: [] });
    const counts = new Map<string, number>();
    architectures(drawn).forEach((architecture, i) => {
      const { stratum, parameters } = drawn.networks[i];
      const config = { sourceTypes: 77, targetTypes: 99, ...model, dropout: 0, weightDropout: 0 };
      expect(parameters).toBe(countParameters(config, architecture).layers);
      expect(stratum!.width).toBe(architecture.decoder.width);
      expect(stratum!.to - stratum!.from).toBe(5000);
      expect(parameters).toBeGreaterThanOrEqual(stratum!.from);
      expect(parameters).toBeLessThan(stratum!.to);
      const key = JSON.stringify(stratum);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    });
    expect([...counts.values()]).toEqual(Array(12).fill(5));
  });

  test('holds no network twice, not even with other genes where they are not active', async () => {
    const networks = architectures(await draw({ space: { ...space, operators: ['light'], ratios: [1] }, count: 200 }));
    expect(new Set(networks.map((network) => JSON.stringify(network))).size).toBe(networks.length);
  });

  test('is random in all that costs no parameters', async () => {
    const { networks } = await draw();
    genePositions(space).forEach(({ field, choices }, position) => {
      const taken = new Set(networks.map(({ genes }) => genes[position]));
      if (['heads', 'crossHeads', 'span', 'activation'].includes(field)) expect(taken.size).toBe(choices.length);
    });
  });

  test('is the same for the same seed alone', async () => {
    const genes = async (stream?: string) => (await draw({}, stream)).networks.map((network) => network.genes);
    expect(await genes()).toEqual(await genes());
    expect(await genes()).not.toEqual(await genes('other'));
  });

  test('leaves out strata that have none, and says so; the others give more', async () => {
    // A decoder of width 8 is not that large, whatever the encoder is.
    const wide = { ...space, widths: [8, 32], encoderLayers: 2 };
    const { networks, warnings } = await draw({ space: wide, from: 40000, to: 80000, bins: 1, count: 30, draws: 500 });
    expect(networks).toHaveLength(30);
    expect(new Set(networks.map(({ stratum }) => stratum!.width))).toEqual(new Set([32]));
    expect(warnings).toEqual([
      'No network of 0.040 M to 0.080 M parameters (layers only) with a decoder of width 8 in 500 draws: '
        + 'the stratum stays empty.',
    ]);
  });

  test('that has too few says how many there are', async () => {
    const one = { ...space, widths: [8], ratios: [1], heads: [2], operators: ['light'], activations: ['relu'] };
    const few = { ...one, decoderLayers: [1], crossHeads: [2, 4] };
    const { networks, warnings } = await draw({ space: few, from: 0, bins: 1, count: 9, draws: 200 });
    expect(networks).toHaveLength(4);
    expect(warnings).toEqual([
      'No more than 4 networks of 0.000 M to 0.024 M parameters (layers only) with a decoder of width 8 in 200 draws: '
        + 'other strata give more.',
      '4 networks were drawn instead of 9',
    ]);
  });
});

describe('networks that are named', () => {
  const { smallest, largest } = extremeGenes(space);

  test('follow those that were drawn, and are not drawn again', async () => {
    const one = { ...space, widths: [8], ratios: [1], heads: [2], operators: ['light'], activations: ['relu'] };
    const few = { ...one, decoderLayers: [1], crossHeads: [2, 4] };
    const named = [{ name: 'design', genes: 'largest' }];
    const { networks } = await draw({ space: few, from: 0, bins: 1, count: 9, draws: 200, named });
    expect(networks.map(({ name }) => name)).toEqual([undefined, undefined, undefined, 'design']);
    expect(networks.at(-1)).toEqual({ genes: expect.any(String), name: 'design', parameters: expect.any(Number) });
    expect(new Set(networks.map(({ genes }) => genes)).size).toBe(4);
  });

  test('may be all there is', async () => {
    const named = [
      { name: 'small', genes: 'smallest' },
      { name: 'large', genes: formatGenes(largest) },
    ];
    const { networks, warnings } = await draw({ count: 0, named });
    expect(networks.map(({ name, genes }) => [name, genes])).toEqual([
      ['small', formatGenes(smallest)],
      ['large', formatGenes(largest)],
    ]);
    expect(warnings).toEqual([]);
  });

  test.each<[string, object, RegExp]>([
    ['genes of another space', { named: [{ name: 'a', genes: '012' }] }, /^"a": "genes" is none of this space's/],
    [
      'one network twice',
      {
        named: [
          { name: 'a', genes: 'smallest' },
          { name: 'b', genes: formatGenes(smallest) },
        ],
      },
      /^"a" and "b" are one network/,
    ],
    [
      'one name twice',
      {
        named: [
          { name: 'a', genes: 'smallest' },
          { name: 'a', genes: 'largest' },
        ],
      },
      /^Two networks are named "a"/,
    ],
    ['no extent', { from: 9, to: 9 }, /^"from" is 9 parameters, and must be less than "to", which is 9/],
    [
      'sizes that no network has',
      { from: 1e8, to: 2e8, draws: 20 },
      /^No network has 100\.000 M to 200\.000 M .* those of the space have 0\.00\d M to 0\.0\d\d M/,
    ],
    ['a space without networks', { space: { ...space, heads: [3] } }, /does not divide into 3/],
  ])('are refused: %s', async (_, changed, message) => {
    const error: unknown = await draw(changed).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StageError);
    expect((error as Error).message).toMatch(message);
  });
});
