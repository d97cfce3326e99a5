// A training step beside PyTorch's, and both beside OpenBLAS's sgemm, interleaved in one run: npm run bench train [width …]
//
// Step: post-norm Transformer, 6 + 6 layers, FFN 2d, 4 heads, dictionaries of 8,848 and 6,632, 128 sentences of 32 tokens on each side,
// dropout 0.1, smoothed cross-entropy, gradient norm, Adam.
import { collate, type Batch } from '../src/model/batch.ts';
import { operators, type Architecture, type ModelConfig, type Operator } from '../src/model/architecture.ts';
import { parametersOf } from '../src/model/parameters.ts';
import { trainUpdate, type TrainingState } from '../src/model/trainer.ts';
import { loadNetwork, lossOf } from '../src/model/training-step.ts';
import { adamDefaults, zeroMoments } from '../src/tensor/adam.ts';
import { selectEngine } from '../src/tensor/engines/select.ts';
import { ParameterSet } from '../src/tensor/parameters.ts';
import { RandomStream } from '../src/tensor/random.ts';
import { median, Peer } from './peers/peer.ts';

const [sentences, length, layers] = [128, 32, 6];
const types: [number, number] = [8848, 6632];
const rounds = Number(process.env.ROUNDS ?? 5);
const widths = process.argv.slice(2).map(Number).filter((width) => width > 0);

const options = {
  schedule: { peak: 1e-4, initial: 1e-4, warmup: 0 }, adam: adamDefaults, labelSmoothing: 0.1, clipNorm: 1e9, seed: { value: 1, stream: 'bench' },
};

const torch = new Peer('train_step.py');
for (const width of widths.length ? widths : [320, 160]) for (const threads of [1, 2]) await compare(width, threads);
torch.end();

/** Ours, PyTorch and sgemm in turn, so that a busy moment of the machine falls on all. */
async function compare(width: number, threads: number): Promise<void> {
  const engine = await selectEngine(process.env.SHRINKNAS_ENGINE ?? 'native', threads);
  const blas = new Peer('sgemm.py', { OPENBLAS_NUM_THREADS: String(threads) });
  const request = { width, layers, batch: sentences, length, types, steps: 1, threads };
  const models = Object.fromEntries(operators.map((operator) => [operator, model(width, operator)])) as Record<Operator, ReturnType<typeof model>>;
  const times: Record<string, number[]> = {};
  const note = (name: string, seconds: number) => (times[name] ??= []).push(seconds);
  let peak = 0;
  for (let round = 0; round <= rounds; round++) {
    const measured: [string, number][] = [];
    for (const operator of operators) {
      if (operator !== 'attention' && (threads < 2 || round > 2)) continue;
      measured.push([`ours, ${operator}`, seconds(() => void trainUpdate(models[operator].state, models[operator].architecture, [models[operator].batch], options))]);
    }
    const { state, architecture, batch } = models.attention;
    const net = loadNetwork(state.config, architecture, state.weights);
    measured.push(['ours, forward', seconds(() => void lossOf(net, batch, 0.1))]);
    net.dispose();
    const step = await torch.ask<{ seconds: number[]; peak: number; version: string }>({ ...request, forward: false });
    const forward = await torch.ask<{ seconds: number[] }>({ ...request, forward: true });
    measured.push(['torch', step.seconds[0]], ['torch, forward', forward.seconds[0]]);
    peak = step.peak;
    const product = { m: sentences * length, n: 2 * width, k: width };
    const sgemm = await blas.ask<{ seconds: number[] }>({ ...product, repeat: 20 });
    measured.push(['sgemm', median(sgemm.seconds) / (2 * product.m * product.n * product.k)]);
    if (round > 0) measured.forEach(([name, value]) => note(name, value));
  }
  blas.end();
  const of = (name: string) => median(times[name]);
  const flop = 3 * forwardFlop(width);
  const tokens = sentences * length;
  console.log(`width ${width}, ${threads} thread(s), ${engine.name} ${engine.version}, medians of ${rounds}`);
  console.log(`  step      ours ${of('ours, attention').toFixed(2)} s, ${(tokens / of('ours, attention')).toFixed(0)} target tokens/s; PyTorch ${of('torch').toFixed(2)} s; ratio ${(of('torch') / of('ours, attention')).toFixed(2)}`);
  console.log(`  forward   ours ${of('ours, forward').toFixed(2)} s; PyTorch ${of('torch, forward').toFixed(2)} s; ratio ${(of('torch, forward') / of('ours, forward')).toFixed(2)}`);
  console.log(`  step rate ${(flop / of('ours, attention') / 1e9).toFixed(0)} GFLOP/s over sgemm's ${(1 / of('sgemm') / 1e9).toFixed(0)}: ${((flop / of('ours, attention')) * of('sgemm')).toFixed(2)}`);
  if (threads > 1) {
    for (const operator of operators.slice(1)) console.log(`  ${operator.padEnd(13)} step ${of(`ours, ${operator}`).toFixed(2)} s`);
    console.log(`  peak memory: this process ${(process.resourceUsage().maxRSS / 1e6).toFixed(2)} GB, PyTorch ${(peak / 1e9).toFixed(2)} GB`);
  }
}

function model(width: number, operator: Operator): { state: TrainingState; architecture: Architecture; batch: Batch } {
  const config: ModelConfig = { sourceTypes: types[0], targetTypes: types[1], kernels: [3, 7, 15, 31, 31, 31], norm: 'post', dropout: 0.1, weightDropout: 0 };
  const layer = { operator, heads: 4, inner: 2 * width, activation: 'relu' as const };
  const architecture: Architecture = {
    encoder: { width, layers: Array(layers).fill(layer) },
    decoder: { width, layers: Array(layers).fill({ ...layer, crossHeads: 4, span: 1 }) },
  };
  const weights = ParameterSet.initialise(parametersOf(config, architecture), (name) => new RandomStream(1, name));
  const random = new RandomStream(1, 'sentences');
  const texts = types.map((n) => Array.from({ length: sentences }, () => Int32Array.from({ length }, (_, i) => (i === length - 1 ? 2 : 4 + random.integer(n - 4)))));
  return { state: { config, weights, moments: zeroMoments(weights), updates: 0 }, architecture, batch: collate(texts[0], texts[1]) };
}

/** Multiply-adds of all products of a forward pass, times two. */
function forwardFlop(d: number): number {
  const tokens = sentences * length;
  const projections = layers * tokens * (4 * d * d + 4 * d * d) + layers * tokens * (8 * d * d + 4 * d * d);
  const attention = layers * 3 * 2 * tokens * length * d;
  return 2 * (projections + attention + tokens * d * types[1]);
}

function seconds(run: () => void): number {
  const start = performance.now();
  run();
  return (performance.now() - start) / 1000;
}
