import { Blas } from '../peers/blas.ts';
import { Trainer, withTrainers } from '../peers/trainer.ts';
import type { Options } from '../support/arguments.ts';
import { interleavedMedians } from '../support/interleave.ts';
import { forwardFlop, innerOf, iwsltTypes, randomBatch } from '../support/model.ts';

/** The step's batch: that many sentences of that many tokens on each side. */
export const [sentences, length] = [128, 32];
export const tokens = sentences * length;

/** A training step and a forward pass beside PyTorch's, and both beside sgemm, at each width and number of threads. */
export async function compareSteps({ widths, threads, rounds }: Options): Promise<void> {
  for (const width of widths) for (const count of threads) await compareStep(width, count, rounds);
}

async function compareStep(width: number, threads: number, rounds: number): Promise<void> {
  const sizes = { width, operator: 'attention' as const, types: iwsltTypes };
  const batch = randomBatch(sentences, length, iwsltTypes);
  // What most of a step's products are like.
  const product = { transposeA: false, transposeB: false, m: tokens, n: innerOf(width), k: width };
  const blas = new Blas(threads);
  try {
    await withTrainers(
      { ours: () => Trainer.ours(sizes, threads), torch: () => Trainer.torch(sizes, threads) },
      async ({ ours, torch }) => {
        const seconds = await interleavedMedians(
          {
            ours: async () => (await ours.step(batch)).seconds,
            torch: async () => (await torch.step(batch)).seconds,
            oursForward: async () => (await ours.forward(batch)).seconds,
            torchForward: async () => (await torch.forward(batch)).seconds,
            sgemm: async () => (await blas.multiply(product, 200)).seconds,
          },
          rounds,
        );
        const rate = (3 * forwardFlop(width, iwsltTypes, sentences, length)) / seconds.ours / 1e9;
        const sgemmRate = (2 * product.m * product.n * product.k) / seconds.sgemm / 1e9;
        console.log(
          `step at width ${width}, ${threads} thread(s), native ${ours.opened.version} beside PyTorch `
            + `${torch.opened.version}, medians of ${rounds}`,
        );
        console.log(`  step      ${besideTorch(seconds.ours, seconds.torch)}`);
        console.log(`  forward   ${besideTorch(seconds.oursForward, seconds.torchForward)}`);
        console.log(
          `  step rate ${rate.toFixed(0)} GFLOP/s over sgemm ${product.m}×${product.n}×${product.k}'s `
            + `${sgemmRate.toFixed(0)}: ${(rate / sgemmRate).toFixed(2)}`,
        );
      },
    );
  } finally {
    await blas.end();
  }
}

/** Times, target tokens a second and how many times as fast as PyTorch ours is. */
export function besideTorch(ours: number, torch: number, targetTokens = tokens): string {
  const side = (seconds: number) => `${seconds.toFixed(2)} s, ${(targetTokens / seconds).toFixed(0)} tokens/s`;
  return `ours ${side(ours)}; PyTorch ${side(torch)}; ratio ${(torch / ours).toFixed(2)}`;
}
