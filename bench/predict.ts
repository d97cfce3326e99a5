/**
 * Our predictors beside LightGBM's trees and the same network in PyTorch, on the same rows in one run:
 *
 *     npm run bench predict <folder of HAT's latencies>
 *
 * Every `*.csv` or `*.csv.gz` of the folder is a file of github.com/mit-han-lab/hardware-aware-transformers,
 * `latency_dataset/…_all.csv`: four fifths of its rows to train on, a tenth to stop by, the rest to measure on. Errors
 * are root mean square in ms, mean |error| in per cent, and Kendall's τ of predictions. Before that, the first tree
 * on rows without ties is compared split by split. Exit code 1 where it differs from LightGBM's, or τ by more than .01.
 *
 * Python with LightGBM, PyTorch and NumPy is SHRINKNAS_PYTHON, or set up from PyPI at first. The engine is SHRINKNAS_ENGINE,
 * or the best there is.
 */
import { selectEngine } from '../src/tensor/engines/select.ts';
import { Peer } from './peers/peer.ts';
import { prediction } from './peers/python.ts';
import { compareFirstTrees, compareOn } from './predict/compare.ts';
import { readLatencies } from './predict/hat-rows.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Usage: npm run bench predict <folder of latencies>');
  process.exit(2);
}
const files = readLatencies(folder);
if (files.length === 0) {
  console.error(`${folder} has no *.csv or *.csv.gz.`);
  process.exit(2);
}
const { name, versions } = await selectEngine(process.env.SHRINKNAS_ENGINE, 1);
console.log(`engine ${name} ${versions.training}, one thread`);
const peer = Peer.python('predict.py', {}, prediction);
try {
  const agree = [await compareFirstTrees(peer)];
  for (const file of files) agree.push(await compareOn(file, peer));
  process.exitCode = agree.every(Boolean) ? 0 : 1;
} finally {
  await peer.end();
}
