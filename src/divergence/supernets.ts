import type { DivergenceDocument } from '../../schemas/types.ts';
import { readSupernet } from '../artifacts/checkpoint.ts';
import { checkSameSpace } from '../artifacts/compatibility.ts';
import { readSampleSpace } from '../artifacts/sample-space.ts';
import { checkSameText } from '../artifacts/text-form.ts';
import { inSameSizes, type SampleSpace } from '../nas/sample-space.ts';
import type { Space } from '../nas/space.ts';
import type { MeasuredSupernet } from '../nas/supernet.ts';
import { type EventSink, type Seed, StageError } from '../runner/stage.ts';
import { RandomStream } from '../tensor/random.ts';

/** A supernet whose subnets diverge. */
export type DivergingSupernet = Omit<MeasuredSupernet, 'batches'> & { space: Space; updates: number };

export type PopulationName = DivergenceDocument['populations'][number]['name'];

/** Subnets that are compared with each other. */
export interface Population {
  name: PopulationName;
  of: DivergingSupernet;
  samples: SampleSpace;
}

/** Reads the supernet of the input `slot`. */
export function readDivergingSupernet(
  inputs: Readonly<Record<string, string>>,
  slot: 'checkpoint' | 'baseline',
): DivergingSupernet {
  const {
    document: { model, progress },
    state,
    space,
  } = readSupernet(
    inputs[slot],
    `The input "${slot}" holds a single network: connect a supernet, whose subnets can be compared.`,
  );
  checkSameText(inputs, 'corpus', slot);
  if (model.unshared?.includes('targets')) {
    throw new StageError(
      `The supernet of the input "${slot}" has an output matrix for each decoder width ("unshared"): `
        + 'divergence is measured with one that all share.',
    );
  }
  return { config: model, weights: state.parameters, space, updates: progress.updates };
}

/**
 * The whole space, and what is connected beside it: a shrunk one, subnets of its sizes that are
 * random in all else, a baseline.
 */
export function readPopulations(
  inputs: Readonly<Record<string, string>>,
  supernet: DivergingSupernet,
  seed: Seed,
  events: EventSink,
): Population[] {
  const populations: Population[] = [{ name: 'whole', of: supernet, samples: { space: supernet.space } }];
  if (inputs.space) {
    const samples = readSampleSpace(inputs.space);
    checkSameSpace(supernet.space, samples.space);
    populations.push({ name: 'sample-space', of: supernet, samples });
    const { space, candidates } = samples;
    if (candidates) {
      const sized = inSameSizes(space, candidates, new RandomStream(seed.value, seed.stream, 'same sizes'));
      populations.push({ name: 'same-sizes', of: supernet, samples: sized });
    }
  }
  if (inputs.baseline) {
    const baseline = readDivergingSupernet(inputs, 'baseline');
    if (baseline.updates !== supernet.updates) {
      events.log(
        `The baseline was trained for ${baseline.updates} updates and the supernet for ${supernet.updates}: `
          + 'divergence depends on that, too.',
        'warning',
      );
    }
    populations.push({ name: 'baseline', of: baseline, samples: { space: baseline.space } });
  }
  return populations;
}
