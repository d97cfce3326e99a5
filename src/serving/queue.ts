import { limits } from './limits.ts';
import { RequestError } from './request.ts';

/** Translations of one line, best first. */
export type ServedLine = readonly string[];

/** Translates lines with the model of that number. */
export type TranslateLines = (model: number, lines: readonly string[]) => Promise<ServedLine[]>;

interface Waiting {
  model: number;
  lines: readonly string[];
  signal: AbortSignal;
  resolve: (translated: ServedLine[]) => void;
  reject: (reason: unknown) => void;
}

/** Lines of requests that come at once are translated together, in the order in which they came. */
export class TranslationQueue {
  private readonly waiting: Waiting[] = [];
  private isBusy = false;

  constructor(
    private readonly translateLines: TranslateLines,
    private readonly onBatch: (model: number, lines: number) => void = () => undefined,
  ) {}

  get waitingLines(): number {
    return this.waiting.reduce((sum, { lines }) => sum + lines.length, 0);
  }

  /**
   * @param signal of a request that nobody waits for any more: what is not begun is left out
   * @throws RequestError where too much waits
   */
  translate(model: number, lines: readonly string[], signal: AbortSignal): Promise<ServedLine[]> {
    if (this.waitingLines + lines.length > limits.waitingLines)
      throw new RequestError(503, 'Too many requests wait for their translation: try again later.');
    return new Promise((resolve, reject) => {
      const request = { model, lines, signal, resolve, reject };
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      this.waiting.push(request);
      void this.work();
    });
  }

  private async work(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    for (let batch = this.nextBatch(); batch.length > 0; batch = this.nextBatch()) {
      const [{ model }] = batch;
      const lines = batch.flatMap((request) => request.lines);
      this.onBatch(model, lines.length);
      try {
        const translated = await this.translateLines(model, lines);
        let at = 0;
        for (const { lines: own, resolve } of batch) resolve(translated.slice(at, (at += own.length)));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.isBusy = false;
  }

  /** The request that has waited longest, with those for the same model that fit. */
  private nextBatch(): Waiting[] {
    const going = this.waiting.splice(0).filter(({ signal }) => !signal.aborted);
    const batch: Waiting[] = [];
    let count = 0;
    for (const request of going) {
      const fits = batch.length === 0 || count + request.lines.length <= limits.batchLines;
      if (request.model === (batch[0] ?? request).model && fits) {
        batch.push(request);
        count += request.lines.length;
      } else this.waiting.push(request);
    }
    return batch;
  }
}
