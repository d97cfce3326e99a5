import { type Architecture, special } from '../model/architecture.ts';
import type { Batch } from '../model/batch.ts';
import { sentenceLossesOfFeatures } from '../model/loss.ts';
import { countOperations } from './costs/operations.ts';
import { type Racer, standing, survivors } from './search/racing.ts';
import { measureSharing } from './shared-evaluation.ts';
import type { MeasuredSupernet } from './supernet.ts';
import { addWork, type Work, workOf } from './work.ts';

/** Losses by sentence of a network on a block, kept where an interrupted ranking can find them again. */
export interface SentenceLosses {
  get(network: string, block: number): Float32Array | undefined;
  set(network: string, block: number, losses: Float32Array): void;
}

/** A candidate that starts; several may be one network. */
export interface Entrant {
  /** Of the network. */
  name: string;
  architecture: Architecture;
  /** Added to its loss. */
  handicap: number;
}

/** Races candidates over blocks of the validation sentences with weights inherited from a supernet. */
export class Race {
  /** Target tokens of each sentence, block by block. */
  private readonly tokens: number[];
  /** By block, the networks that have seen it: what an interrupted ranking had measured counts again. */
  private readonly met: readonly Set<string>[];

  constructor(
    private readonly supernet: Omit<MeasuredSupernet, 'batches'>,
    /** Each like the others, all of them the sample. */
    private readonly blocks: readonly (readonly Batch[])[],
    private readonly labelSmoothing: number,
    private readonly kept: SentenceLosses,
    private readonly work: Work,
  ) {
    this.tokens = blocks.flatMap((batches) => batches.flatMap(sentenceTokens));
    this.met = blocks.map(() => new Set());
  }

  /**
   * @param keep how many of the best are wanted
   * @param onOut called with each network that has seen all that it will see
   * @returns mean losses of those that may be among them, on all sentences; undefined of those that were ruled out
   */
  run(entrants: readonly Entrant[], keep: number, onOut: (network: string) => void): (number | undefined)[] {
    let running = entrants.map((entrant, index) => ({
      ...entrant,
      index,
      losses: new Float32Array(this.tokens.length),
    }));
    let seen = 0;
    this.blocks.forEach((batches, block) => {
      this.measure(running, block);
      const sentences = batches.reduce((sum, { size }) => sum + size, 0);
      for (const { name, losses } of running) losses.set(this.kept.get(name, block)!, seen);
      seen += sentences;
      const staying = survivors(running, { tokens: this.tokens, seen }, keep).map((i) => running[i]);
      this.leave(running, staying, block, onOut);
      running = staying;
    });
    const losses = new Map(running.map((racer) => [racer.index, this.lossOf(racer)]));
    running.forEach(({ name }) => onOut(name));
    return entrants.map((_, i) => losses.get(i));
  }

  private lossOf({ losses }: Racer): number {
    return standing({ handicap: 0, losses }, { tokens: this.tokens, seen: this.tokens.length });
  }

  /** Losses of all on a block, of those for which they are not known. */
  private measure(running: readonly Entrant[], block: number): void {
    const terms = { ...this.supernet, batches: this.blocks[block] };
    const met = this.met[block];
    const fresh = new Map(running.flatMap(({ name, architecture }) => (met.has(name) ? [] : [[name, architecture]])));
    addWork(this.work, workOf(terms, [...fresh.values()]));
    for (const name of fresh.keys()) met.add(name);
    const names = [...fresh.keys()].filter((name) => !this.kept.get(name, block));
    measureSharing(
      terms,
      names.map((name) => fresh.get(name)!),
      (net, features, batch) => sentenceLossesOfFeatures(net, features, batch, this.labelSmoothing),
      (i, sums) =>
        this.kept.set(
          names[i],
          block,
          Float32Array.from(sums.flat(), ({ smoothed }) => smoothed),
        ),
    );
  }

  /** Counts what those that leave would have cost on the blocks that they do not see. */
  private leave(
    running: readonly Entrant[],
    staying: readonly Entrant[],
    block: number,
    onOut: (network: string) => void,
  ): void {
    const stay = new Set(staying.map(({ name }) => name));
    const left = new Map(running.filter(({ name }) => !stay.has(name)).map((entrant) => [entrant.name, entrant]));
    for (const [name, { architecture }] of left) {
      // One that has seen all in an earlier race is spared nothing.
      const unseen = this.blocks.filter((_, i) => i > block && !this.met[i].has(name));
      for (const { size, sourceLength: source, targetLength: target } of unseen.flat()) {
        const { layers, taps, output } = countOperations(this.supernet.config, architecture, { source, target });
        this.work.separate += size * (layers + taps + output);
      }
      onOut(name);
    }
  }
}

/** Target tokens of each sentence of a batch. */
function sentenceTokens({ size, target, targetLength }: Batch): number[] {
  return Array.from({ length: size }, (_, sentence) => {
    let tokens = 0;
    for (let i = sentence * targetLength; i < (sentence + 1) * targetLength; i++)
      if (target[i] !== special.padding) tokens++;
    return tokens;
  });
}
