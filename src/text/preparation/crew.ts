import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { TextBlock } from '../corpora/line-blocks.ts';
import { CorpusError } from '../errors.ts';
import { BlockPreparer } from './block.ts';
import type { Preparation, PreparedBlock } from './block.ts';

/** A prepared block, and which preparer numbered its words. */
export interface CrewBlock {
  preparer: number;
  block: PreparedBlock;
}

/** Blocks under way for each worker: one that it works on, one that waits. */
const blocksPerWorker = 2;

/** Tells the workers that this module started from those of other programs. */
const program = 'shrinknas:prepare-text';

/**
 * Prepares blocks, on several threads if told to, and gives them back in their order. The number of threads
 * and their speed change only the numbers of words, which are valid together with their preparer's new words.
 *
 * @throws CorpusError when a thread runs out of memory, and whatever ends one otherwise
 */
export async function* prepareBlocks(
  blocks: AsyncIterable<TextBlock> | Iterable<TextBlock>,
  preparation: Preparation,
  threads: number,
): AsyncGenerator<CrewBlock> {
  if (threads <= 1) {
    const preparer = new BlockPreparer(preparation);
    for await (const block of blocks) yield { preparer: 0, block: preparer.prepare(block) };
    return;
  }
  const workers: PreparingWorker[] = [];
  const underWay: Promise<CrewBlock>[] = [];
  try {
    while (workers.length < threads) workers.push(new PreparingWorker(preparation));
    let next = 0;
    for await (const block of blocks) {
      // In turn, because blocks take about equally long and a preparer's new words must
      // come in the order of its blocks.
      const preparer = next++ % threads;
      underWay.push(workers[preparer].prepare(block).then((prepared) => ({ preparer, block: prepared })));
      // A failure is thrown when the block's turn comes; until then it must not count as unhandled.
      underWay.at(-1)!.catch(() => undefined);
      if (underWay.length >= blocksPerWorker * threads) yield await underWay.shift()!;
    }
    while (underWay.length > 0) yield await underWay.shift()!;
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
}

/** A thread that prepares one block after another. */
class PreparingWorker {
  private readonly worker: Worker;
  private readonly waiting: { resolve: (block: PreparedBlock) => void; reject: (error: Error) => void }[] = [];
  /** Why the thread is about to end. */
  private reason?: Error;
  /** Why it has ended. */
  private failure?: Error;

  constructor(preparation: Preparation) {
    // A thread runs this same file, which is a stage's bundle; what it does there is at the end of this module.
    this.worker = new Worker(new URL(import.meta.url), { workerData: { program, preparation } });
    this.worker.on('message', (block: PreparedBlock) => this.waiting.shift()!.resolve(block));
    this.worker.on('error', (error: NodeJS.ErrnoException) => {
      this.reason = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? outOfMemory(error) : error;
    });
    // Blocks that were done before come before the exit, and not always before the error.
    this.worker.on('exit', (code) =>
      this.fail(this.reason ?? new Error(`a thread that prepares text ended with ${code}`)),
    );
  }

  prepare(block: TextBlock): Promise<PreparedBlock> {
    // A thread that has ended never answers.
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.worker.postMessage(block);
    });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private fail(error: Error): void {
    this.failure = error;
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }
}

function outOfMemory(cause: Error): CorpusError {
  return new CorpusError(
    'A thread that prepares text ran out of memory. Give the stage fewer cores ("resources": { "cores": 1 }), or each '
      + 'thread more memory (NODE_OPTIONS=--max-old-space-size=8192, in MiB).',
    { cause },
  );
}

const job = workerData as { program?: unknown; preparation: Preparation } | null;
if (!isMainThread && job?.program === program) {
  const port = parentPort!;
  const preparer = new BlockPreparer(job.preparation);
  port.on('message', (text: TextBlock) => {
    const block = preparer.prepare(text);
    const arrays = [block.source, block.target].flatMap(
      ({ words, lengths }) => [words.buffer, lengths.buffer] as ArrayBuffer[],
    );
    port.postMessage(block, arrays);
  });
}
