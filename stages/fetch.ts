import { FetchError } from '../src/fetch/error.ts';
import { fetchCorpus } from '../src/fetch/fetch.ts';
import type { FetchParams } from '../src/fetch/source.ts';
import { StageError } from '../src/runner/stage.ts';
import type { Stage } from '../src/runner/stage.ts';
import { fullDisk } from './shared/full-disk.ts';

/** Between two reports of a download's progress. */
const REPORT_MS = 200;

const fetch: Stage<FetchParams> = async ({ params, outputs, progress, events }) => {
  let reported = 0;
  try {
    await fetchCorpus(params, { artifact: outputs.raw, progress }, {
      onProgress(done, total) {
        if (done !== total && Date.now() - reported < REPORT_MS) return;
        reported = Date.now();
        events.progress({ done, total, unit: 'bytes' });
      },
      onLog: (message, level) => events.log(message, level),
    });
  } catch (error) {
    const expected = error instanceof FetchError;
    throw fullDisk(expected ? error.cause : error, outputs) ?? (expected ? new StageError(error.message, { cause: error }) : error);
  }
};

export default fetch;
