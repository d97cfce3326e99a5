import { findModule, importModules } from '../catalogue/modules.ts';
import { Diagnostic } from '../diagnostic.ts';
import { makePlan } from '../plan/plan.ts';
import type { JsonObject, Shown, View, ViewedInput, ViewedStage } from '../stage.ts';
import type { Store } from '../store/store.ts';
import type { OutputRecord } from '../records.ts';
import type { Pipeline, StageInstance } from '../types.ts';

/** What a view shows of one stage, or of several of which it shows the same. */
export interface StageView extends Shown {
  /** Ids of the instances. */
  stages: string[];
}

/**
 * What the views of that name (`View` in src/runner/stage.ts) show of a pipeline, in the order of its
 * stages: the project's own, and those that come with the stage types of this package. Executes nothing;
 * plans only what views ask for.
 * @throws Diagnostic when no stage has such a view, and for whatever a view finds wrong with a stage
 */
export async function viewStages(
  name: string,
  pipeline: Pipeline,
  store: Store,
  settings: JsonObject,
): Promise<StageView[]> {
  const moduleOf = (type: string) => `views/${name}/${type}`;
  const modules = Object.values(pipeline.types).flatMap(
    ({ name: type, home }) => findModule(moduleOf(type), [...new Set([pipeline.project, home])]) ?? [],
  );
  const views = await importModules<View>(modules, store);
  const graph = new ViewedGraph(pipeline, store);
  const found = new Map<string, StageView>();
  for (const instance of pipeline.stages) {
    const view = views[moduleOf(instance.type)];
    if (view === undefined) continue;
    const shown = await show(view, instance, graph.stage(instance), settings);
    const same = JSON.stringify(shown);
    const known = found.get(same);
    if (known === undefined) found.set(same, { stages: [instance.id], ...shown });
    else known.stages.push(instance.id);
  }
  store.saveStatCache();
  if (found.size > 0) return [...found.values()];
  throw new Diagnostic(`none of the stages of pipeline '${pipeline.name}' has a ${name} to show`, {
    hint: `Its stages are: ${[...new Set(pipeline.stages.map(({ stage, type }) => `${stage} (${type})`))].join(', ')}.`,
  });
}

async function show(
  view: View,
  { id, location }: StageInstance,
  stage: ViewedStage,
  settings: JsonObject,
): Promise<Shown> {
  try {
    return await view(stage, settings);
  } catch (error) {
    // A bundle has a class of that name of its own.
    if (!(error instanceof Error) || error.name !== 'StageError') throw error;
    throw new Diagnostic(`stage '${id}': ${error.message}`, { location, cause: error });
  }
}

/** A pipeline's stages as views see them, each with those before it. */
class ViewedGraph {
  readonly #pipeline: Pipeline;
  readonly #store: Store;
  readonly #outputs = new Map<string, Promise<Record<string, OutputRecord> | undefined>>();

  constructor(pipeline: Pipeline, store: Store) {
    this.#pipeline = pipeline;
    this.#store = store;
  }

  stage({ type, params, inputs }: StageInstance): ViewedStage {
    return {
      type,
      params,
      inputs: Object.fromEntries(Object.entries(inputs).map(([slot, source]) => [slot, this.#input(source)])),
    };
  }

  #input({ stage, output }: { stage: string; output: string }): ViewedInput {
    const instance = this.#pipeline.stages.find(({ id }) => id === stage)!;
    return {
      stage: this.stage(instance),
      folder: async () => {
        const digest = (await this.#outputsOf(stage))?.[output]?.digest;
        return digest === undefined || !this.#store.verifyArtifact(digest)
          ? undefined
          : this.#store.artifactFolder(digest);
      },
    };
  }

  /** Planned for that stage alone, so that no engine is looked for on behalf of the others. */
  #outputsOf(stage: string): Promise<Record<string, OutputRecord> | undefined> {
    const known =
      this.#outputs.get(stage)
      ?? makePlan(this.#pipeline, this.#store, { stages: [stage] }).then(
        ({ outputs }) => outputs.get(stage),
        (error: unknown) => {
          // Where no plan can be made, as with data that is not there yet, nothing is known of its results.
          if (error instanceof Diagnostic) return undefined;
          throw error;
        },
      );
    this.#outputs.set(stage, known);
    return known;
  }
}
