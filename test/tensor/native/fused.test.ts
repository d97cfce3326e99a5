import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { NativeBackend } from '../../../src/tensor/engines/native/backend.ts';
import { NativeCalls } from '../../../src/tensor/engines/native/calls.ts';
import { fusedKernels } from '../../../src/tensor/engines/native/fused-kernels.ts';
import { type AllOf, type FusedKernel, fusedKernel, registered } from '../../../src/tensor/engines/native/fused.ts';
import { loadNativeLibrary } from '../../../src/tensor/engines/native/library.ts';
import { selectEngine } from '../../../src/tensor/engines/select.ts';
import type { FusedOperator } from '../../../src/tensor/ops/fused.ts';
import { evaluate } from '../../support/operators/agreement.ts';
import { attentionCase } from '../../support/operators/attention.ts';
import type { Case } from '../../support/operators/case.ts';
import { convolutionCase } from '../../support/operators/convolution.ts';
import { activationCase, dropoutCase } from '../../support/operators/elementwise.ts';
import { layerNormCase, residualNormCase, residualSumCase } from '../../support/operators/norm.ts';
import { activatedLinearCase, linearCase } from '../../support/operators/products.ts';
import { describeNative } from '../../support/operators/sizes.ts';
import { embeddingCase, outputLossCase } from '../../support/operators/words.ts';

const cases: Partial<Record<FusedOperator, Case>> = {
  FusedLinear: linearCase([2, 3], 5, 4, true, 1),
  FusedActivatedLinear: activatedLinearCase([2, 3], 5, 4, 'relu', 1),
  FusedActivation: activationCase('swish', [2, 3], 1),
  FusedAttention: attentionCase(
    { batch: 2, targets: 3, sources: 4, heads: 2, size: 3, padding: 'some', causal: false },
    1,
  ),
  FusedLightConvolution: convolutionCase(
    'light',
    { batch: 2, time: 3, heads: 2, size: 2, kernel: 3, window: 'centred' },
    1,
  ),
  FusedDynamicConvolution: convolutionCase(
    'dynamic',
    { batch: 2, time: 3, heads: 2, size: 2, kernel: 3, window: 'centred' },
    1,
  ),
  FusedDropout: dropoutCase([2, 3], 0.5, [1, 2], 1),
  FusedLayerNorm: layerNormCase([2, 3], 4, 1, 1),
  FusedResidualNorm: residualNormCase([2, 3], 4, 1, 0.3, 1),
  FusedResidualSum: residualSumCase([2, 3], 4, 0.3, 1),
  FusedEmbedding: embeddingCase(3, 5, 4, 1),
  FusedCrossEntropy: outputLossCase({ tokens: 3, types: 5, width: 4, epsilon: 0.1, counted: 1 }, 1),
};

/** The kernel, which notes in `read` what its gradient reads of the tensors and of the arrays that it is given. */
function watched(kernel: FusedKernel, read: Set<string>): FusedKernel {
  const { gradient } = kernel;
  const noting = <T extends object>(target: T) =>
    new Proxy(target, {
      get: (_, name) => {
        read.add(name as string);
        return Reflect.get(target, name) as unknown;
      },
    });
  return gradient
    ? {
        ...kernel,
        gradient: {
          ...gradient,
          compute: (backend, tensors, attributes, kept) =>
            gradient.compute(backend, noting(tensors), attributes, noting(kept)),
        },
      }
    : kernel;
}

/** Runs a case on the native engine with that kernel in place of its own. */
async function run(kernel: FusedKernel, tried: Case): Promise<void> {
  const backend = `native with ${kernel.name}`;
  await selectEngine('native', 1);
  tf.copyRegisteredKernels('native', backend);
  for (const [kernelName, kernelFunc] of Object.entries(registered([kernel]))) {
    tf.unregisterKernel(kernelName, backend);
    tf.registerKernel({
      kernelName,
      backendName: backend,
      kernelFunc: ({ inputs, backend, attrs }) =>
        kernelFunc(backend as NativeBackend, inputs as Record<string, tf.TensorInfo>, attrs as Record<string, unknown>),
    });
  }
  tf.registerBackend(backend, () => new NativeBackend(new NativeCalls(loadNativeLibrary())));
  await tf.setBackend(backend);
  evaluate(tried, 1);
}

describeNative('of a fused kernel', () => {
  const withGradient = fusedKernels.filter(({ gradient }) => gradient);

  const named = withGradient.map((kernel) => [kernel.name, kernel] as const);
  test.each(named)('%s: the gradient reads all that is saved and kept for it', async (name, kernel) => {
    const read = new Set<string>();
    await run(watched(kernel, read), cases[name]!);
    const { saves, keeps } = kernel.gradient!;
    expect([...read].sort()).toEqual([...saves, ...keeps, 'dy'].sort());
  });
});

test('operators have one kernel each', () => {
  expect(new Set(fusedKernels.map(({ name }) => name)).size).toBe(fusedKernels.length);
});

test('the compiler takes no description that does not fit its operator', () => {
  const forward = () => undefined as unknown as tf.TensorInfo;
  const compute = () => ({ x: forward(), y: forward() });
  const name = 'FusedResidualSum';
  const inputs = ['x', 'y'] as const;
  const wrong = [
    // @ts-expect-error No operator has that name.
    () => fusedKernel('FusedNothing', { inputs, forward }),
    // @ts-expect-error An input is missing.
    () => fusedKernel(name, { inputs: ['x'], forward }),
    // @ts-expect-error The operator has no such input.
    () => fusedKernel(name, { inputs: ['x', 'y', 'z'], forward }),
    // @ts-expect-error It reads what it is not given.
    () => fusedKernel(name, { inputs, forward: (_, { z }) => z }),
    // @ts-expect-error It is told nothing of that name.
    () => fusedKernel(name, { inputs, forward: (backend, { x }, { epsilon }) => backend.tensor(epsilon, x.shape) }),
    // @ts-expect-error The operator gives one tensor.
    () => fusedKernel(name, { inputs, forward: () => [forward(), forward()] }),
    () =>
      fusedKernel(name, {
        inputs,
        forward,
        // @ts-expect-error The gradient reads what is not saved.
        gradient: { by: inputs, saves: ['x'], compute: (_, { x, y }) => ({ x, y }) },
      }),
    () =>
      fusedKernel(name, {
        inputs,
        forward,
        // @ts-expect-error The result is no more saved than the inputs, unless it is named.
        gradient: { by: inputs, saves: [], compute: (_, { out }) => ({ x: out, y: out }) },
      }),
    () =>
      // @ts-expect-error A gradient is missing.
      fusedKernel(name, { inputs, forward, gradient: { by: inputs, saves: [], compute: () => ({ x: forward() }) } }),
    // @ts-expect-error There is nothing of that name to save.
    () => fusedKernel(name, { inputs, forward, gradient: { by: inputs, saves: ['z'], compute } }),
    // @ts-expect-error What is to be kept is not given by the forward pass.
    () => fusedKernel(name, { inputs, forward, gradient: { by: inputs, saves: [], keeps: ['sum'], compute } }),
    () =>
      fusedKernel(name, {
        inputs,
        forward,
        // @ts-expect-error What the gradient reads is not kept.
        gradient: { by: inputs, saves: [], compute: (_, { dy }, __, { sum }) => ({ x: dy, y: sum }) },
      }),
  ];
  // @ts-expect-error An operator has no kernel.
  const incomplete: AllOf<FusedOperator, 'FusedLinear'> = {};
  expect([...wrong, incomplete]).toHaveLength(13);
  expect(() => fusedKernel(name, { inputs, forward, gradient: { by: inputs, saves: [], compute } })).not.toThrow();
});
