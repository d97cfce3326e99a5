import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { type ModelConfig, special } from '../../../src/model/architecture.ts';
import { collate } from '../../../src/model/batch.ts';
import { forward } from '../../../src/model/forward.ts';
import { gradientsOf } from '../../../src/model/gradients.ts';
import { loadNetwork } from '../../../src/model/load-network.ts';
import { lossOf, smoothedCrossEntropyLoss } from '../../../src/model/loss.ts';
import { checkSpace, type Space } from '../../../src/nas/space.ts';
import { supernetParameters } from '../../../src/nas/supernet.ts';
import { ParameterSet } from '../../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../../src/tensor/random.ts';
import { engines } from '../../support/engines.ts';
import { type NetworkCase, readCases } from '../../support/golden/cases.ts';
import { parameter, sentences } from '../../support/golden/draw.ts';
import { faultOf, tolerance, valueFaultOf } from '../../support/golden/evaluate.ts';
import { type HatChoices, hatArchitecture } from '../../support/hat.ts';
import { gradientValues } from '../../support/network.ts';
import { usableSets, useBackend } from '../../support/operators/backends.ts';

/** What PyTorch made of a subnet of HAT's kind with a whole supernet's weights; gradients are by its own corners. */
type SubnetCase = Pick<NetworkCase, 'name' | 'lengths' | 'smoothing' | 'loss' | 'output' | 'gradients'>
  & Pick<ModelConfig, 'norm' | 'sourceTypes' | 'targetTypes'> & { choices: HatChoices; space: Space };

const cases = readCases<SubnetCase>('hat.json');
const backends = [...engines.filter((engine) => engine !== 'native'), ...usableSets];

describe.each(backends)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  test.each(cases)("gives PyTorch's logits, loss and gradients of a $name, in a supernet as HAT has it", (c) => {
    const { name, space, choices, norm, sourceTypes, targetTypes, lengths, smoothing } = c;
    checkSpace(space);
    const config: ModelConfig = {
      ...{ norm, sourceTypes, targetTypes, kernels: [1], dropout: 0, weightDropout: 0 },
      positionsWidth: Math.max(...space.widths),
    };
    const weights = new ParameterSet();
    for (const { name: key, shape } of supernetParameters(config, space))
      weights.entries.set(key, { shape, data: parameter(name, key, shape) });
    const architecture = hatArchitecture(choices, space.attentionWidth!);
    const [source, target] = lengths[0].map((_, side) => lengths.map((pair) => pair[side]));
    const batch = collate(
      sentences(`${name}/source`, source, sourceTypes),
      sentences(`${name}/target`, target, targetTypes),
    );

    const net = loadNetwork(config, architecture, weights);
    const isToken = Float32Array.from(batch.target, (id) => (id === special.padding ? 0 : 1));
    const faults = tf.tidy(() =>
      faultOf('logits', tf.mul(forward(net, batch), tf.tensor2d(isToken, [isToken.length, 1])), c.output),
    );
    const { smoothed } = lossOf(net, batch, smoothing);
    net.dispose();
    expect(faults).toEqual([]);
    expect(Math.abs(smoothed - c.loss) / c.loss).toBeLessThan(tolerance);

    const loss = smoothedCrossEntropyLoss(smoothing);
    const made = gradientValues(
      gradientsOf(config, architecture, weights, [batch], loss, (part) => new RandomStream(1, part)),
    );
    expect([...made.keys()].sort()).toEqual(Object.keys(c.gradients).sort());
    expect([...made].flatMap(([key, gradient]) => valueFaultOf(key, gradient, c.gradients[key]))).toEqual([]);
  });
});
