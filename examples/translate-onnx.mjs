/**
 * Translates with a model that `shrinknas export <model> --onnx FOLDER` wrote; needs onnxruntime-web (or onnxruntime-node, which
 * has the same interface).
 *
 *     node examples/translate-onnx.mjs FOLDER < tokens > translations
 *
 * A line of the input is a sentence's tokens, parted by spaces: tokenised as by Moses, lowercased where manifest.json says so. A
 * line of the output is the best translation's tokens. docs/export.md says what the graphs take and give.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { env, InferenceSession, Tensor } from 'onnxruntime-web';

const [beam, lengthPenalty, maxLength] = [5, 1, 200];
const folder = process.argv[2];
const read = (file) => readFileSync(path.join(folder, file));
const linesOf = (text) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

env.wasm.numThreads = 1;
const encoder = await InferenceSession.create(read('encoder.onnx'));
const decoder = await InferenceSession.create(read('decoder.onnx'));
const { ids: special } = JSON.parse(read('manifest.json').toString());
const [source, target] = ['source', 'target'].map((side) =>
  linesOf(read(`dict.${side}.txt`).toString()).map((line) => line.slice(0, line.lastIndexOf(' '))));
const sourceIds = new Map(source.map((symbol, i) => [symbol, i + special.first]));
const ranks = new Map(linesOf(read('codes.txt').toString()).slice(1).map((merge, rank) => [merge, rank]));

const int32 = (values, dims) => new Tensor('int32', Int32Array.from(values), dims);

/** The best hypothesis of beam search by fairseq's rules, for the ids of one sentence: ids without `</s>`. */
async function translate(sentence) {
  // All that the decoder takes besides ids, by its name: mask, memory.…, and past.… before the first step.
  let feeds = await encoder.run({ source: int32(sentence, [1, sentence.length]) });
  let [beams, parents] = [[{ score: 0, ids: [] }], [0]];
  const finished = [];
  for (let step = 0; step <= maxLength && beams.length > 0 && finished.length < beam; step++) {
    const last = beams.map(({ ids }) => ids.at(-1) ?? special.end);
    const { logits, ...present } = await decoder.run({
      ...feeds, ids: int32(last, [last.length]), step: int32([step], []), parents: int32(parents, [parents.length]),
    });
    const caches = Object.entries(present).map(([name, cache]) => [name.replace('present', 'past'), cache]);
    feeds = { ...feeds, ...Object.fromEntries(caches) };
    const types = logits.dims[1];
    const candidates = beams.flatMap(({ score, ids }, row) => {
      const values = logits.data.subarray(row * types, (row + 1) * types);
      const largest = values.reduce((most, value) => Math.max(most, value), -Infinity);
      const logSum = largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
      const all = [...values.keys()].filter((id) => id !== special.padding).sort((a, b) => values[b] - values[a] || a - b);
      const best = step === maxLength ? [special.end] : all.slice(0, 2 * beam);
      return best.filter((id) => id !== special.end || step > 0)
        .map((id) => ({ row, ids, id, score: score + values[id] - logSum }));
    });
    candidates.sort((a, b) => b.score - a.score);
    [beams, parents] = [[], []];
    candidates.slice(0, 2 * beam).forEach(({ row, ids, id, score }, rank) => {
      if (id !== special.end && beams.length < beam) {
        beams.push({ score, ids: [...ids, id] });
        parents.push(row);
      } else if (id === special.end && rank < beam && finished.length < beam) {
        finished.push({ score: score / (ids.length + 1) ** lengthPenalty, ids });
      }
    });
  }
  return finished.reduce((best, one) => (one.score > best.score ? one : best)).ids;
}

/** Byte-pair encoding (subword-nmt): the earliest learnt pair first, until none is left. */
function piecesOf(word) {
  let pieces = [...word];
  pieces.push(`${pieces.pop()}</w>`);
  for (;;) {
    const pairs = pieces.slice(1).map((piece, i) => `${pieces[i]} ${piece}`);
    const first = pairs.reduce((best, pair) => ((ranks.get(pair) ?? Infinity) < (ranks.get(best) ?? Infinity) ? pair : best), '');
    if (first === '') break;
    const merged = [];
    for (let i = 0; i < pieces.length; i++) {
      if (pairs[i] === first) merged.push(pieces[i] + pieces[++i]);
      else merged.push(pieces[i]);
    }
    pieces = merged;
  }
  return [...pieces.slice(0, -1).map((piece) => `${piece}@@`), pieces.at(-1).slice(0, -'</w>'.length)];
}

for (const line of linesOf(readFileSync(0, 'utf8'))) {
  const pieces = line.split(' ').filter((word) => word !== '').flatMap(piecesOf);
  const ids = pieces.map((piece) => sourceIds.get(piece) ?? special.unknown);
  const symbols = ids.length === 0 ? [] : (await translate([...ids, special.end])).map((id) => target[id - special.first] ?? '<unk>');
  process.stdout.write(`${`${symbols.join(' ')} `.replaceAll('@@ ', '').replace(/ $/, '')}\n`);
}
