import finetune from '../../stages/finetune.ts';
import trainSupernet from '../../stages/train-supernet.ts';
import { architectureOf, extremeGenes } from '../../src/nas/space.ts';
import { finetuneParams, type StageBench, tinySpace, trainParams } from './stage-bench.ts';

/** A `model` artifact of the largest network of the tiny space, trained for a moment on a corpus. */
export async function trainedModel(bench: StageBench, corpus: string): Promise<string> {
  const { checkpoint } = await bench.run(trainSupernet, { ...trainParams, updates: 30 }, { corpus }, [
    'checkpoint',
    'sampled',
    'metrics',
  ]);
  const subnet = bench.document('subnet', { architecture: architectureOf(tinySpace, extremeGenes(tinySpace).largest) });
  const { model } = await bench.run(finetune, { ...finetuneParams, updates: 30 }, { corpus, checkpoint, subnet }, [
    'checkpoint',
    'model',
    'metrics',
  ]);
  return model;
}
