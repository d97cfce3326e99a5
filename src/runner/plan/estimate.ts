import type { Json, JsonObject } from '../stage.ts';
import type { KeyRecord, PlannedStage } from '../records.ts';

/** Of a type that was executed often, as many of the newest results as say enough. */
const considered = 200;

/** Times of all that the key table knows to have been executed, by stage type; read when it is first asked. */
export class KnownTimes {
  readonly #records: () => Iterable<KeyRecord>;
  #byType: Map<string, KeyRecord[]> | undefined;

  constructor(records: () => Iterable<KeyRecord>) {
    this.#records = records;
  }

  /** How long the stage took whose type is the same and whose parameters are nearest; nothing where there is none. */
  nearest(type: string, params: JsonObject): Pick<PlannedStage, 'estimate' | 'like'> {
    let best: { record: KeyRecord; distance: number } | undefined;
    for (const record of this.#of(type)) {
      const distance = distanceBetween(record.fields.params, params);
      if (best === undefined || distance < best.distance) best = { record, distance };
    }
    if (best === undefined) return {};
    const { key, provenance } = best.record;
    return { estimate: provenance.seconds, like: { key, run: provenance.run, stage: provenance.stage } };
  }

  #of(type: string): readonly KeyRecord[] {
    if (this.#byType === undefined) {
      this.#byType = new Map();
      for (const record of this.#records()) {
        const known = this.#byType.get(record.fields.type);
        if (known === undefined) this.#byType.set(record.fields.type, [record]);
        else known.push(record);
      }
      for (const [name, records] of this.#byType) {
        records.sort((a, b) => (a.provenance.finished < b.provenance.finished ? 1 : -1));
        this.#byType.set(name, records.slice(0, considered));
      }
    }
    return this.#byType.get(type) ?? [];
  }
}

/**
 * How far apart two settings of a type are: of numbers the logarithm of their ratio, since twice the updates take twice the
 * time; of anything else that differs, one. What only one of them has counts one.
 */
export function distanceBetween(a: Json | undefined, b: Json | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') {
    if (a === b) return 0;
    return a > 0 && b > 0 ? Math.abs(Math.log(a / b)) : 1;
  }
  if (isObject(a) && isObject(b)) {
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...names].reduce((sum, name) => sum + distanceBetween(a[name], b[name]), 0);
  }
  return JSON.stringify(a) === JSON.stringify(b) ? 0 : 1;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
