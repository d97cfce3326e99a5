import { FetchError } from '../src/fetch/error.ts';
import { fetchCorpus } from '../src/fetch/fetch.ts';
import type { FetchOptions } from '../src/fetch/source.ts';
import { expecting } from '../src/stage/failures.ts';

/** Between two reports of a download's progress. */
const REPORT_MS = 200;

/** Brings a raw corpus, as schemas/stages/fetch.json declares. */
export default expecting<FetchOptions>([FetchError], async ({ params, outputs, progress, events }) => {
  let reported = 0;
  await fetchCorpus(
    params,
    { artifact: outputs.raw, progress },
    {
      onProgress(done, total) {
        if (done !== total && Date.now() - reported < REPORT_MS) return;
        reported = Date.now();
        events.progress({ done, total, unit: 'bytes' });
      },
      onLog: (message, level) => events.log(message, level),
    },
  );
});
