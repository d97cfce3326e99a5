import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type EngineUse, StageError } from '../runner/stage.ts';
import { isMendable } from '../stage/guard.ts';
import { selectEngine } from '../tensor/engines/select.ts';
import { Translator } from '../translation/translator.ts';
import type { ServedLine } from './queue.ts';

/** What a thread translates with. */
export interface ThreadTask {
  /** Folders of `model` artifacts. */
  models: readonly string[];
  engine?: string;
  cores: number;
  beam: number;
  lengthPenalty: number;
  maxLength: number;
}

/** Lines for the model of that number. */
interface LinesMessage {
  model: number;
  lines: readonly string[];
}

type ThreadAnswer = { ready: EngineUse } | { translated: ServedLine[] } | { refused: string };

/** Tells the thread that this module started from those of other programs. */
const program = 'shrinknas:serve';

/** A thread that translates, so that the one of the server can always answer. */
export class TranslatingThread {
  private waiting?: { resolve: (answer: ThreadAnswer) => void; reject: (error: Error) => void };
  /** Why it has ended. */
  private failure?: Error;

  private constructor(private readonly worker: Worker) {
    worker.on('message', (answer: ThreadAnswer) => this.waiting?.resolve(answer));
    worker.on('error', (error) => this.fail(error));
    worker.on('exit', (code) => this.fail(new Error(`the thread that translates ended with ${code}`)));
  }

  /** @throws StageError for a model or an engine that does not load */
  static async start(task: ThreadTask): Promise<{ thread: TranslatingThread; engine: EngineUse }> {
    // A thread runs this same file, which is a program's bundle; what it does there is at the end of this module.
    const thread = new TranslatingThread(new Worker(new URL(import.meta.url), { workerData: { program, task } }));
    const answer = await thread.next();
    if ('refused' in answer) throw new StageError(answer.refused);
    if (!('ready' in answer)) throw new Error('The thread that translates began with something else.');
    return { thread, engine: answer.ready };
  }

  /** One call after the other: the thread knows no second before the first is done. */
  async translate(model: number, lines: readonly string[]): Promise<ServedLine[]> {
    const answer = this.next();
    this.worker.postMessage({ model, lines } satisfies LinesMessage);
    const came = await answer;
    if ('refused' in came) throw new StageError(came.refused);
    if (!('translated' in came)) throw new Error('The thread that translates answered something else.');
    return came.translated;
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private next(): Promise<ThreadAnswer> {
    // A thread that has ended never answers.
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => (this.waiting = { resolve, reject }));
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.waiting?.reject(this.failure);
  }
}

const job = workerData as { program?: unknown; task: ThreadTask } | null;
if (!isMainThread && job?.program === program) await translateInThread(job.task);

async function translateInThread({ models, engine, cores, ...search }: ThreadTask): Promise<void> {
  const port = parentPort!;
  const answer = (make: () => ThreadAnswer): void => {
    let made: ThreadAnswer;
    try {
      made = make();
    } catch (error) {
      if (!isMendable(error)) throw error;
      made = { refused: error.message };
    }
    port.postMessage(made);
  };
  let translators: Translator[] = [];
  const started = await selectEngine(engine, cores).catch((error: Error) => error);
  answer(() => {
    if (started instanceof Error) throw started;
    translators = models.map((folder) =>
      Translator.open(folder, started.partTokens, { ...search, nBest: search.beam, long: 'split' }),
    );
    const { name, versions, isa, threads } = started;
    return { ready: { name, version: versions.decoding, ...(isa ? { isa } : {}), ...(threads ? { threads } : {}) } };
  });
  port.on('message', ({ model, lines }: LinesMessage) =>
    answer(() => {
      const translations = [...translators[model].translate(lines)].flat();
      return { translated: translations.map(({ hypotheses }) => hypotheses.map(({ text }) => text)) };
    }),
  );
}
