import { beforeAll, describe, expect, test } from '@jest/globals';
import { configAlone, type ModelConfig } from '../../src/model/architecture.ts';
import { parametersOf } from '../../src/model/parameters.ts';
import { trainUpdate } from '../../src/model/trainer.ts';
import { validationLoss } from '../../src/model/validation.ts';
import { countParameters, countSupernet } from '../../src/nas/counts.ts';
import { architectureOf, sampleGenes } from '../../src/nas/space.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { engines } from '../support/engines.ts';
import { randomBatch, tinyConfig } from '../support/network.ts';
import { largeSteps, newSupernet, smallSpace } from '../support/supernet.ts';

const config: ModelConfig = { ...tinyConfig, unshared: ['targets', 'norms'] };
const random = new RandomStream(5);
const drawn = Array.from({ length: 40 }, () => architectureOf(smallSpace, sampleGenes(smallSpace, random)));
const batch = randomBatch(config, [
  [4, 3],
  [2, 5],
]);

beforeAll(async () => {
  await selectEngine(engines.at(-1)!);
});

describe('where target tables and norms are not shared', () => {
  test('an update leaves those of other decoder widths and other operators as they are', () => {
    for (const architecture of drawn) {
      const state = newSupernet(config, smallSpace);
      const { entries } = state.parameters.toHost().weights;
      const before = new Map([...entries].map(([name, { data }]) => [name, data.slice()]));
      trainUpdate(state, architecture, [batch], largeSteps);
      const changed = [...entries].filter(([name, { data }]) =>
        data.some((value, i) => value !== before.get(name)![i]),
      );
      const owners = (table: RegExp) =>
        new Set(changed.flatMap(([name]) => (table.test(name) ? [name.split('@')[1]] : [])));
      expect(owners(/^(output|decoder.embedding)/)).toEqual(new Set([String(architecture.decoder.width)]));
      architecture.encoder.layers.forEach(({ operator }, i) =>
        expect(owners(new RegExp(`^encoder.layers.${i}.mixing-norm`))).toEqual(new Set([operator])),
      );
    }
  });

  test('a subnet has as many parameters, and the supernet those of each owner', () => {
    for (const architecture of drawn)
      expect(countParameters(config, architecture)).toEqual(countParameters(tinyConfig, architecture));
    const [apart, shared] = [config, tinyConfig].map((each) => countSupernet(each, smallSpace));
    const norms = (smallSpace.operators.length - 1) * (2 + 2) * 2 * 16;
    expect(apart.layers).toBe(shared.layers + norms);
    expect(apart.total).toBe(shared.total + norms + 2 * 8 * config.targetTypes);
  });

  test('the network that is cut out computes the same by itself', () => {
    const state = newSupernet(config, smallSpace);
    for (const architecture of drawn) {
      const own = state.parameters.cut(parametersOf(config, architecture));
      const within = validationLoss(config, architecture, state.parameters, [batch], 0.1);
      expect(validationLoss(configAlone(config), architecture, own, [batch], 0.1)).toEqual(within);
    }
  });
});
