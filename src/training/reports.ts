import type { UpdateReport } from '../model/trainer.ts';
import type { EventSink } from '../runner/stage.ts';

const reportEveryMs = 250;

/** Tells how far training is, a few times a second. */
export class ProgressReports {
  private readonly started = Date.now();
  private reported = 0;
  private tokens = 0;

  /** @param total updates of the stage */
  constructor(
    private readonly events: EventSink,
    private readonly total: number,
  ) {}

  update(done: number, { loss, tokens }: UpdateReport): void {
    this.tokens += tokens;
    const now = Date.now();
    if (now - this.reported < reportEveryMs && done < this.total) return;
    this.reported = now;
    const tokensPerSecond = this.tokens / Math.max((now - this.started) / 1000, 1e-3);
    this.events.progress({ done, total: this.total, unit: 'updates', figures: { loss, 'tokens/s': tokensPerSecond } });
  }
}
