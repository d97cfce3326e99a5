import { type Batch, collate } from '../../../src/model/batch.ts';
import { parametersOf } from '../../../src/model/parameters.ts';
import { ParameterSet } from '../../../src/tensor/parameter-set.ts';
import { configOf, type NetworkCase, type TrainingCase } from './cases.ts';
import { parameter, sentences } from './draw.ts';

/** Drawn by the names of case and parameter, as the programs that made the golden values draw them. */
export function weightsOf({ name, network }: NetworkCase | TrainingCase): ParameterSet {
  const set = new ParameterSet();
  for (const { name: key, shape } of parametersOf(configOf(network), network)) {
    set.entries.set(key, { shape, data: parameter(name, key, shape) });
  }
  return set;
}

/** @param lengths of source and target of each pair */
export function batchOf(
  name: string,
  lengths: readonly [number, number][],
  { sourceTypes, targetTypes }: NetworkCase['network'],
): Batch {
  return collate(
    sentences(
      `${name}/source`,
      lengths.map(([source]) => source),
      sourceTypes,
    ),
    sentences(
      `${name}/target`,
      lengths.map(([, target]) => target),
      targetTypes,
    ),
  );
}
