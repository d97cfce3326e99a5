import type { FusedOperator } from '../../ops/fused.ts';
import type { AllOf, FusedKernel } from './fused.ts';
import { activation } from './kernels/activation.ts';
import { attention } from './kernels/attention.ts';
import { dynamicConvolution, lightConvolution } from './kernels/convolution.ts';
import { dropout, residualSum } from './kernels/dropout.ts';
import { embedding } from './kernels/embedding.ts';
import { append } from './kernels/layout.ts';
import { crossEntropy, tokenLosses } from './kernels/loss.ts';
import { layerNorm, residualNorm } from './kernels/norm.ts';
import { activatedLinear, linear } from './kernels/products.ts';
import { topLogProbabilities } from './kernels/top.ts';

const kernels = [
  linear,
  activatedLinear,
  activation,
  attention,
  lightConvolution,
  dynamicConvolution,
  dropout,
  residualSum,
  layerNorm,
  residualNorm,
  embedding,
  crossEntropy,
  tokenLosses,
  append,
  topLogProbabilities,
];

/** The kernels of all operators: what is forgotten, the compiler names. */
export const fusedKernels: readonly FusedKernel[] & AllOf<FusedOperator, (typeof kernels)[number]['name']> = kernels;
