/**
 * Preprocessing beside subword-nmt and sacremoses, BLEU beside sacreBLEU, and preprocessing at size:
 *
 *     npm run bench text <folder>     # {train,valid,test}.{de,en}[.gz], untokenised; about two minutes on two cores
 *     npm run bench text size         # a synthetic corpus of 1.6 million pairs, ten times IWSLT'14, in a temporary folder
 *
 * The peers come from PyPI and are set up at first, with `python3`; SHRINKNAS_TEXT_PEERS names a folder
 * that has their programs.
 * SHRINKNAS_THREADS (2) says on how many threads the whole recipe runs.
 */
import { cpus } from 'node:os';
import { compareWithPeers } from './text/compare.ts';
import { measureSize } from './text/size.ts';

const [what] = process.argv.slice(2);
const threads = Number(process.env.SHRINKNAS_THREADS ?? 2);
if (what === undefined) {
  console.error('Usage: npm run bench text <folder of a corpus> | size');
  process.exitCode = 2;
} else {
  console.log(`${cpus().length} cores of ${cpus()[0].model}, Node ${process.versions.node}`);
  if (what === 'size') measureSize(threads);
  else compareWithPeers(what, threads);
}
