import type { BenchmarkParams } from '../schemas/types.ts';
import { writeDocument } from '../src/artifacts/documents.ts';
import { readTrainings } from '../src/benchmark/data-file.ts';
import { guarded } from '../src/stage/guard.ts';

/** Reads trainings from a data file, as schemas/stages/benchmark.json declares. */
export default guarded<BenchmarkParams>(({ params, outputs }) => {
  writeDocument(outputs.trainings, 'trainings', readTrainings(params.file));
});
