import type { Axis } from '../grammar/axes.ts';
import type { GroupDraft, PipelineDraft, StageDraft } from '../grammar/draft.ts';
import { expectInteger } from '../grammar/shape.ts';
import { choices } from './choice.ts';
import type { Choice } from './choice.ts';
import { refuseTooMany } from './limit.ts';
import { Scope } from './scope.ts';
import type { ConnectedStage, ConnectedStages } from './stages.ts';

/**
 * What all instances of a pipeline are made on: its stages, the axes of its matrix, and the
 * values under each choice on them.
 */
export class Ground {
  readonly draft: PipelineDraft;
  readonly axes: readonly Axis[];
  /** By name, in file order. */
  readonly stages: ReadonlyMap<string, ConnectedStage>;
  readonly #repeatAxes: ConnectedStages['repeatAxes'];
  readonly #scopes = new Map<string, Scope>();

  constructor(draft: PipelineDraft, axes: readonly Axis[], { stages, repeatAxes }: ConnectedStages) {
    this.draft = draft;
    this.axes = axes;
    this.stages = stages;
    this.#repeatAxes = repeatAxes;
  }

  /** The values that texts can refer to under a choice; by default where nothing is chosen. */
  scope(choice: Choice = this.axes.map(() => -1)): Scope {
    const key = choice.join();
    let scope = this.#scopes.get(key);
    if (!scope) this.#scopes.set(key, (scope = new Scope(this.draft, this.axes, choice)));
    return scope;
  }

  /** Every choice on the axes that a stage depends on. */
  choicesOf({ stage, axes }: ConnectedStage): Choice[] {
    const chosen = [...axes].sort((a, b) => a - b);
    const count = chosen.reduce((product, axis) => product * this.axes[axis].values.length, 1);
    refuseTooMany(count, stage.key, `the matrix makes ${count} instances of this stage`);
    return choices(this.axes, chosen);
  }

  /**
   * The axes that decide which instance of a stage a reference means: those that it depends on, and where the last
   * round is meant those that decide which one that is.
   */
  axesOf(source: StageDraft, meansLastRound: boolean): ReadonlySet<number> {
    const { axes } = this.stages.get(source.name)!;
    return meansLastRound ? new Set([...axes, ...this.#repeatAxes.get(source.group!)!]) : axes;
  }

  /**
   * Rounds that any choice on the other axes asks for: a stage that does not depend on the number of
   * rounds is shared by all choices.
   */
  roundsOf(group: GroupDraft, choice: Choice): number {
    const open = [...this.#repeatAxes.get(group)!].filter((axis) => choice[axis] === -1);
    const counts = choices(this.axes, open, choice).map((other) => {
      const scope = this.scope(other);
      return expectInteger(scope.resolve(group.repeat), `"repeat" of the group "${group.name}"`, 1);
    });
    return Math.max(...counts);
  }
}
