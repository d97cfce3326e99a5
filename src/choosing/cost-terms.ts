import type { ChooseParams } from '../../schemas/types.ts';
import { latencyPredictor } from '../artifacts/predictor.ts';
import { boundsOf } from '../nas/costs/bounds.ts';
import type { CostTerms } from '../nas/costs/cost.ts';
import { supernetParameters } from '../nas/supernet.ts';
import type { StageContext } from '../runner/stage.ts';
import { startEngine } from '../stage/engine.ts';
import { ParameterSet } from '../tensor/parameter-set.ts';
import { RandomStream } from '../tensor/random.ts';
import type { ChoosingTerms } from './terms.ts';

/**
 * What candidates' costs are measured with. Only a bound on latency needs weights, whichever they are, and an engine; one
 * on predicted latency the engine and a predictor.
 */
export async function costTerms(
  context: StageContext<ChooseParams>,
  { space, training: { model } }: ChoosingTerms,
): Promise<CostTerms> {
  const { params, inputs, events, seed } = context;
  const bounds = boundsOf(params);
  const predicted = latencyPredictor(inputs.predictor, space, bounds);
  if (bounds.latency || bounds.predictedLatency) await startEngine(context);
  if (!bounds.latency) return { config: model, weights: new ParameterSet(), ...predicted };
  events.log('latencies are measured: the result repeats on this machine only');
  const stream = (name: string) => new RandomStream(seed!.value, seed!.stream, 'latency', name);
  return { config: model, weights: ParameterSet.initialise(supernetParameters(model, space), stream), ...predicted };
}
