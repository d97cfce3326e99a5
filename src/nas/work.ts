import type { Architecture, ModelConfig } from '../model/architecture.ts';
import type { Batch } from '../model/batch.ts';
import { type Lengths, outputOperations } from './costs/operations.ts';
import { groupBy } from './group-by.ts';
import { type Step, stepsOf } from './shared-evaluation.ts';

/** Multiply-adds of measuring networks: with their beginnings shared, and each by itself. */
export interface Work {
  shared: number;
  separate: number;
}

/** What a network is measured on, and as what. */
interface WorkTerms {
  config: ModelConfig;
  batches: readonly Batch[];
}

/** What measuring these networks together takes (`measureSharing`), whether or not it has been done. */
export function workOf({ config, batches }: WorkTerms, architectures: readonly Architecture[]): Work {
  const work: Work = { shared: 0, separate: 0 };
  const ofAll = (operations: (lengths: Lengths) => number) =>
    batches.reduce(
      (sum, { size, sourceLength: source, targetLength: target }) => sum + size * operations({ source, target }),
      0,
    );
  const descend = (networks: readonly { architecture: Architecture; steps: readonly Step[] }[], depth: number) => {
    for (const group of groupBy(networks, ({ steps }) => steps[depth]?.key ?? '').values()) {
      const [{ architecture, steps }] = group;
      const step = steps.at(depth);
      const operations = ofAll((lengths) =>
        step ? step.operations(config, lengths) : outputOperations(config, architecture, lengths),
      );
      work.shared += operations;
      work.separate += operations * group.length;
      if (step) descend(group, depth + 1);
    }
  };
  descend(
    architectures.map((architecture) => ({ architecture, steps: stepsOf(architecture) })),
    0,
  );
  return work;
}

/** Adds what was done more. */
export function addWork(total: Work, { shared, separate }: Work): void {
  total.shared += shared;
  total.separate += separate;
}
