import type { EngineName } from '../../src/tensor/engines/engine.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { Trainer, withTrainers } from '../peers/trainer.ts';
import type { Options } from '../support/arguments.ts';
import { interleavedMedians } from '../support/interleave.ts';
import { iwsltTypes, randomBatch } from '../support/model.ts';

/** A batch that the slower engines hold and get through: 512 tokens on each side. */
const [sentences, length] = [16, 32];

/** A small training step on the other engines beside ours, at the smallest width. */
export async function compareEngines({ widths, threads, rounds, others }: Options): Promise<void> {
  const sizes = { width: Math.min(...widths), operator: 'attention' as const, types: iwsltTypes };
  const batch = randomBatch(sentences, length, iwsltTypes);
  console.log(`engines at width ${sizes.width}, ${batch.tokens} target tokens, medians of ${rounds}`);
  const most = Math.max(...threads);
  // One thread too, since `wasm` and `cpu` have no more.
  const starts: Record<string, () => Promise<Trainer>> = Object.fromEntries(
    [...new Set([1, ...threads])].map((count) => [nativeOn(count), () => Trainer.ours(sizes, count)]),
  );
  for (const engine of others) {
    const problem = await problemOf(engine, most);
    if (problem) console.log(`  ${problem}`);
    else starts[engine] = () => Trainer.ours(sizes, most, engine);
  }
  await withTrainers(starts, async (trainers) => {
    const seconds = await interleavedMedians(
      Object.fromEntries(
        Object.entries(trainers).map(([name, trainer]) => [name, async () => (await trainer.step(batch)).seconds]),
      ),
      rounds,
    );
    const alone = seconds[nativeOn(1)];
    for (const [name, { opened }] of Object.entries(trainers)) {
      console.log(
        `  ${name.padEnd(20)} ${opened.version.padEnd(19)} ${seconds[name].toFixed(3)} s, `
          + `${(batch.tokens / seconds[name]).toFixed(0)} tokens/s; `
          + `${(seconds[name] / alone).toFixed(2)} times as long as native on one thread`,
      );
    }
  });
}

function nativeOn(threads: number): string {
  return `native, ${threads} thread(s)`;
}

/** Why an engine does not load here. */
async function problemOf(engine: EngineName, threads: number): Promise<string | undefined> {
  try {
    await selectEngine(engine, threads);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
