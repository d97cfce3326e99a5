/**
 * A collection takes nothing from a run that is kept: npm run prove gc [histories=300] [seed]
 *
 * Two projects with one store live through random histories of runs that succeed, fail, are interrupted, forced, partial
 * or forgotten by hand. Then a collection with random limits removes what it announces. Of each run that is left, outputs
 * byte for byte, what made them, and logs are as they were; plans say what they said; and as many bytes are gone from the
 * disk as were announced.
 */
import fc from 'fast-check';
import { histories, liveThrough } from '../../test/runner/support/histories.ts';

const [count = 300, seed] = process.argv.slice(2).map(Number);
let freed = 0;
let removing = 0;
await fc.assert(
  fc.asyncProperty(histories, async (history) => {
    const bytes = await liveThrough(history);
    freed += bytes;
    if (bytes > 0) removing++;
  }),
  { numRuns: count, ...(seed === undefined ? {} : { seed }) },
);
if (removing === 0) throw new Error('no history left anything to remove: nothing was proved');
console.log(`${count} histories, ${removing} of them with something to remove: ${freed} bytes freed, as announced.`);
console.log('No run that was kept lost anything.');
