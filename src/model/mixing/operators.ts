import { attention } from './attention.ts';
import { dynamic } from './dynamic.ts';
import { light } from './light.ts';
import { lsra } from './lsra.ts';
import type { MixingOperator } from './operator.ts';

/**
 * Every mixing operator by its name in genes, schemas and names of weights: a line each (paper, section 5.3). The
 * paper's space is written out elsewhere (`paperSpace`), so that one more here leaves it as it is.
 */
export const operators = {
  attention,
  light,
  dynamic,
  'lsra-light': lsra(light),
  'lsra-dynamic': lsra(dynamic),
} as const satisfies Record<string, MixingOperator>;

export type Operator = keyof typeof operators;

export const operatorNames = Object.keys(operators) as Operator[];

/** What is known of an operator. */
export function operatorOf(name: Operator): MixingOperator {
  return operators[name];
}
