import type { Batch } from '../../src/model/batch.ts';
import type { ModelSizes } from '../support/model.ts';
import { Peer } from './peer.ts';
import { messageOf, openRequest, type OpenAnswer, type StepAnswer } from './protocol.ts';

/** A model in a process of its own that trains it: ours, or PyTorch's of the same sizes. */
export class Trainer {
  private constructor(
    private readonly peer: Peer,
    readonly opened: OpenAnswer,
  ) {}

  static ours(sizes: ModelSizes, threads: number, engine?: string): Promise<Trainer> {
    return Trainer.open(Peer.node('ours.ts'), sizes, threads, engine);
  }

  static torch(sizes: ModelSizes, threads: number): Promise<Trainer> {
    return Trainer.open(Peer.python('train_step.py', { OMP_NUM_THREADS: String(threads) }), sizes, threads);
  }

  private static async open(peer: Peer, sizes: ModelSizes, threads: number, engine?: string): Promise<Trainer> {
    try {
      return new Trainer(peer, await peer.ask<OpenAnswer>(openRequest(sizes, threads, engine)));
    } catch (error) {
      await peer.end();
      throw error;
    }
  }

  step(batch: Batch): Promise<StepAnswer> {
    return this.run('step', batch);
  }

  forward(batch: Batch): Promise<StepAnswer> {
    return this.run('forward', batch);
  }

  end(): Promise<void> {
    return this.peer.end();
  }

  private async run(what: 'step' | 'forward', batch: Batch): Promise<StepAnswer> {
    const answer = await this.peer.ask<StepAnswer>({ do: what, batch: messageOf(batch) });
    // What does not do the same work must not be compared.
    if (answer.tokens !== batch.tokens || !Number.isFinite(answer.loss)) {
      throw new Error(
        `A ${what} on ${batch.tokens} target tokens counted ${answer.tokens}, with a loss of ${answer.loss}.`,
      );
    }
    return answer;
  }
}

/**
 * Runs with trainers, and ends all of them whatever happens. They start one after the other:
 * together they would be slower.
 */
export async function withTrainers<Name extends string, Result>(
  starts: Record<Name, () => Promise<Trainer>>,
  run: (trainers: Record<Name, Trainer>) => Promise<Result>,
): Promise<Result> {
  const trainers = {} as Record<Name, Trainer>;
  try {
    for (const name of Object.keys(starts) as Name[]) trainers[name] = await starts[name]();
    return await run(trainers);
  } finally {
    for (const trainer of Object.values<Trainer>(trainers)) await trainer.end();
  }
}
