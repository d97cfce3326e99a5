import type { FitPredictorParams } from '../schemas/types.ts';
import { readDocument } from '../src/artifacts/documents.ts';
import { writePredictor } from '../src/artifacts/predictor.ts';
import { fitLatencies } from '../src/predictors/fit.ts';
import { startEngine } from '../src/stage/engine.ts';
import { guarded } from '../src/stage/guard.ts';

/** Fits a predictor of latency, as schemas/stages/fit-predictor.json declares. */
export default guarded<FitPredictorParams>(async (context) => {
  await startEngine(context);
  const { said, predictor } = fitLatencies(readDocument(context.inputs.latencies, 'latencies'), context);
  writePredictor(context.outputs.predictor, said, predictor);
});
