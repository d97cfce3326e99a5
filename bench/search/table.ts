import { featuresOf } from '../../src/nas/features.ts';
import { architectureOf, formatGenes, type Genes, type Space } from '../../src/nas/space.ts';
import { lossAt, type TrainedNetwork } from '../../src/benchmark/trained-networks.ts';
import { meanOf } from '../../src/statistics/mean.ts';
import { varianceOf } from '../../src/statistics/student.ts';

/**
 * Networks whose trainings are known, in place of a space: any genes stand for the nearest of them by features, each
 * measured in its standard deviations over the table. A network of the table stands for itself.
 */
export class Table {
  readonly genes: readonly Genes[];
  private readonly scaled: readonly number[][];
  private readonly scales: readonly number[];
  private readonly nearest = new Map<string, TrainedNetwork>();

  constructor(
    readonly space: Space,
    readonly networks: readonly TrainedNetwork[],
    parse: (genes: string) => Genes,
  ) {
    this.genes = networks.map(({ genes }) => parse(genes));
    const rows = networks.map(({ architecture }) => featuresOf(architecture, 'mixed'));
    this.scales = rows[0].map((_, i) => Math.sqrt(varianceOf(rows.map((row) => row[i]))) || 1);
    this.scaled = rows.map((row) => this.scale(row));
  }

  networkOf(genes: Genes): TrainedNetwork {
    const name = formatGenes(genes);
    const known = this.nearest.get(name);
    if (known) return known;
    const own = this.scale(featuresOf(architectureOf(this.space, genes), 'mixed'));
    const distances = this.scaled.map((row) => row.reduce((sum, value, i) => sum + (value - own[i]) ** 2, 0));
    const exact = this.networks.findIndex((network) => network.genes === name);
    const found = this.networks[exact >= 0 ? exact : distances.indexOf(Math.min(...distances))];
    this.nearest.set(name, found);
    return found;
  }

  private scale(row: readonly number[]): number[] {
    return row.map((value, i) => value / this.scales[i]);
  }
}

/** Training that is paid for: by network, how many updates of it have been. One goes on from its own weights. */
export class TrainingBudget {
  private readonly trained = new Map<string, number>();
  spent = 0;

  constructor(
    readonly updates: number,
    /** Which of the seeds of the trainings a search sees. */
    private readonly seed: number,
  ) {}

  /** For what is trained besides networks of the table. */
  pay(updates: number): void {
    this.spent += updates;
  }

  /** Loss after so many updates; undefined where they cannot be paid for any more. */
  loss({ genes, rows }: TrainedNetwork, at: number): number | undefined {
    const before = this.trained.get(genes) ?? 0;
    const cost = Math.max(0, at - before);
    if (this.spent + cost > this.updates) return undefined;
    this.spent += cost;
    this.trained.set(genes, Math.max(before, at));
    return lossAt(rows[this.seed], at);
  }

  /** What the network comes to when it is trained anew: of the other seeds, where there are some. */
  outcome({ rows }: TrainedNetwork): number {
    const others = rows.length === 1 ? rows : rows.toSpliced(this.seed, 1);
    return meanOf(others.map(({ final }) => final));
  }
}
