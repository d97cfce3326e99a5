import type { CodeFingerprint } from '../key/code/fingerprint.ts';
import { fingerprint, mendBundle } from '../key/code/fingerprint.ts';
import type { DescribedFields } from '../key/difference.ts';
import { differencesBetween } from '../key/difference.ts';
import type { EngineIdentity } from '../key/engine.ts';
import { engineIdentity } from '../key/engine.ts';
import type { KnownOutputs } from '../key/inputs.ts';
import { inputDigests } from '../key/inputs.ts';
import type { KeyFields } from '../key/key.ts';
import { keyFields, keyOf } from '../key/key.ts';
import type { ResolvedParams } from '../key/params.ts';
import { resolveParams } from '../key/params.ts';
import type { Store } from '../store/store.ts';
import type { Difference, KeyRecord, RunRecord, RunStage, Verdict } from '../records.ts';
import type { Key, Pipeline, StageInstance, StageType } from '../types.ts';
import { foreignReason } from './formats.ts';
import { History } from './history.ts';
import type { StageSelection, SelectionOptions } from './selection.ts';
import { selectStages } from './selection.ts';

export interface PlanOptions extends SelectionOptions {
  /** Name of the tensor engine to use; without it, the best that loads. */
  engine?: string;
  /** Says which engine stages would compute with; by default the probe program of this package does. */
  engineIdentity?: () => Promise<EngineIdentity>;
  /** Called with what the user should know though planning goes on. */
  onWarning?: (message: string) => void;
}

/**
 * Decides what is to be done for each stage. Planning and running both ask it: planning with the outputs that are in
 * the store, running again as stages produce theirs.
 */
export class Planner {
  readonly pipeline: Pipeline;
  readonly selection: StageSelection;
  /** Undefined when no selected stage computes with tensors. */
  readonly engine: EngineIdentity | undefined;
  readonly onWarning: (message: string) => void;
  readonly #store: Store;
  readonly #history: History;
  readonly #code: Record<string, CodeFingerprint>;
  readonly #params = new Map<string, ResolvedParams>();

  private constructor(
    pipeline: Pipeline,
    store: Store,
    selection: StageSelection,
    code: Record<string, CodeFingerprint>,
    engine: EngineIdentity | undefined,
    onWarning: (message: string) => void,
  ) {
    this.pipeline = pipeline;
    this.onWarning = onWarning;
    this.selection = selection;
    this.engine = engine;
    this.#store = store;
    this.#history = new History(pipeline, store);
    this.#code = code;
  }

  /**
   * @throws Diagnostic when a stage name means nothing, the code of a stage type does not
   * compile, or the engine does not load
   */
  static async open(pipeline: Pipeline, store: Store, options: PlanOptions): Promise<Planner> {
    const selection = selectStages(pipeline, options);
    const types = [...new Set(selection.considered.map(({ type }) => type))].map((name) => pipeline.types[name]);
    const cacheFolder = store.layout.cache;
    const identify =
      options.engineIdentity ?? (() => engineIdentity(options.engine ?? process.env.SHRINKNAS_ENGINE, cacheFolder));
    const [code, engine] = await Promise.all([
      fingerprint(types, { cacheFolder, statCache: store.statCache }),
      types.some((type) => type.engine !== undefined) ? identify() : undefined,
    ]);
    const onWarning = options.onWarning ?? (() => {});
    if (engine?.warning !== undefined) onWarning(engine.warning);
    return new Planner(pipeline, store, selection, code, engine, onWarning);
  }

  /**
   * @param known outputs of the stages that stand before this one, as far as they are known
   * @param making stages that this run executes or is going to, by key: the same key is never made twice at once
   * @throws Diagnostic when a file that a parameter names cannot be read
   */
  decide(instance: StageInstance, known: KnownOutputs, making: ReadonlyMap<Key, string>): Verdict {
    const fields = this.fieldsOf(instance, known);
    const forced = this.selection.forced.has(instance.id);
    const after = [
      ...new Set(
        Object.values(instance.inputs)
          .map(({ stage }) => stage)
          .filter((stage) => !known.has(stage)),
      ),
    ];
    if (after.length > 0) return { kind: 'pending', after, reasons: this.#reasons(instance, fields, forced) };

    const key = keyOf(fields);
    if (forced) return { kind: 'run', key, fields, reasons: this.#reasons(instance, fields, true) };
    const last = this.#history.last(instance.id);
    const record = this.#store.keyRecord(key);
    const lost = record === undefined ? [] : this.#lostOutputs(instance, record);
    if (record !== undefined && lost.length === 0) {
      if (last?.stage.key === key) return { kind: 'fresh', key, record };
      return { kind: 'restore', key, record, reasons: this.#reasons(instance, fields, false) };
    }
    const reasons = [...this.#reasons(instance, fields, false), ...lost];
    // A record that was removed, or written by another version, while its run is remembered.
    if (reasons.length === 0) {
      const foreign = this.#store.foreignKey(key);
      reasons.push(foreign === undefined ? { field: 'record', before: key, after: 'missing' } : foreignReason(foreign));
    }
    const twin = making.get(key);
    return twin === undefined ? { kind: 'run', key, fields, reasons } : { kind: 'pending', after: [twin], reasons };
  }

  /** Key fields; inputs that are still to be made are left out. */
  fieldsOf(instance: StageInstance, known: KnownOutputs): KeyFields {
    return keyFields(instance, this.typeOf(instance), {
      code: this.codeOf(instance),
      params: this.paramsOf(instance),
      inputs: inputDigests(instance, known),
      engine: this.engine,
    });
  }

  typeOf(instance: StageInstance): StageType {
    return this.pipeline.types[instance.type];
  }

  codeOf(instance: StageInstance): CodeFingerprint {
    return this.#code[instance.type];
  }

  /** Makes sure that what is about to be executed is the code of the key. */
  async mendCode(instance: StageInstance): Promise<void> {
    const { layout, statCache } = this.#store;
    await mendBundle(this.typeOf(instance), this.codeOf(instance), { cacheFolder: layout.cache, statCache });
  }

  paramsOf(instance: StageInstance): ResolvedParams {
    let params = this.#params.get(instance.id);
    if (params === undefined) {
      params = resolveParams(instance, this.typeOf(instance), this.#store.statCache);
      this.#params.set(instance.id, params);
    }
    return params;
  }

  /** Records of other versions of this program that were met, and are as good as not there. */
  get foreignRecords(): Store['foreignRecords'] {
    return this.#store.foreignRecords;
  }

  /** Files of records that were met, and are not as they were written. */
  get damagedRecords(): Store['damagedRecords'] {
    return this.#store.damagedRecords;
  }

  /** The stage's part in the last run that left it with outputs. */
  lastOf(instance: StageInstance): { run: RunRecord; stage: RunStage } | undefined {
    return this.#history.last(instance.id);
  }

  /** Seconds that the stage took when it was last executed. */
  estimate(instance: StageInstance): number | undefined {
    const last = this.#history.last(instance.id)?.stage;
    if (last?.outcome === 'ran') return last.seconds;
    return last?.key === undefined ? undefined : this.#store.keyRecord(last.key)?.provenance.seconds;
  }

  #reasons(instance: StageInstance, fields: KeyFields, forced: boolean): Difference[] {
    const reasons: Difference[] = forced ? [{ field: 'force', before: undefined, after: true }] : [];
    const last = this.#history.last(instance.id);
    const described: DescribedFields = { fields, codeFiles: this.codeOf(instance).files };
    if (last?.stage.fields === undefined) reasons.push(this.#noRecord());
    else reasons.push(...differencesBetween({ fields: last.stage.fields, codeFiles: last.stage.codeFiles }, described));
    return reasons;
  }

  #noRecord(): Difference {
    const foreign = this.#store.foreignRecords.find(({ kind }) => kind === 'run');
    return foreign === undefined ? { field: 'record', before: undefined, after: 'first run' } : foreignReason(foreign);
  }

  #lostOutputs(instance: StageInstance, record: KeyRecord): Difference[] {
    const undeclared = Object.entries(this.typeOf(instance).outputs)
      .filter(([name, { artifact }]) => record.outputs[name]?.artifact !== artifact)
      .map(([name, { artifact }]) => ({
        field: `outputs.${name}`,
        before: record.outputs[name]?.artifact,
        after: artifact,
      }));
    const damaged = this.#store
      .damagedOutputs(record)
      .map((name) => ({ field: `outputs.${name}`, before: record.outputs[name].digest, after: 'missing or damaged' }));
    return [...undeclared, ...damaged];
  }
}
