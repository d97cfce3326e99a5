import type { ShrinkParams } from '../../schemas/types.ts';
import { readSupernet } from '../../src/artifacts/checkpoint.ts';
import { askedSample } from '../../src/batching/validation-sample.ts';
import { openStore } from '../../src/runner/store/store.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';

/** A ranking stage of the last run of a pipeline that came to it, opened as it was then; ends the program where there is none. */
export async function openRanking(pipeline: string, stage: string) {
  const store = openStore({ project: process.cwd() });
  const made = store
    .runs()
    .filter((run) => run.pipeline === pipeline)
    .flatMap(({ stages }) => stages)
    .find(({ id, fields }) => id === stage && fields);
  if (!made?.fields) {
    console.error(
      `No run of a pipeline "${pipeline}" has come to a stage "${stage}": run it first, for instance npm run `
        + `pipeline pipelines/${pipeline}.json5`,
    );
    process.exit(2);
  }
  const { inputs, seed } = made.fields;
  const params = made.fields.params as unknown as ShrinkParams;
  const folderOf = (slot: string) => store.layout.object(inputs[slot]);
  const engine = await selectEngine(process.env.SHRINKNAS_ENGINE);
  const {
    document: { model },
    space,
    state: { parameters: weights },
  } = readSupernet(folderOf('checkpoint'), 'The checkpoint holds a single network.');
  return {
    engine,
    params,
    seed: seed!,
    corpus: folderOf('corpus'),
    space,
    /** Of its `sample-space`. */
    folderOfSeeds: folderOf(inputs.sampled ? 'sampled' : 'space'),
    sample: askedSample(seed!, params, model.targetTypes),
    supernet: { config: model, weights },
  };
}
