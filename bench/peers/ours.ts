/** Program: this project's training step in a process of its own, by the requests of protocol.ts, one a line. */
import { createInterface } from 'node:readline';
import { special } from '../../src/model/architecture.ts';
import type { Batch } from '../../src/model/batch.ts';
import { parametersOf } from '../../src/model/parameters.ts';
import { loadNetwork } from '../../src/model/load-network.ts';
import { lossOf } from '../../src/model/loss.ts';
import { trainUpdate } from '../../src/model/trainer.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { HostParameters } from '../../src/tensor/host-parameters.ts';
import { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { modelOf } from '../support/model.ts';
import { trainingOptions } from '../support/training.ts';
import { batchOf, type OpenAnswer, type OpenRequest, type StepAnswer, type StepRequest } from './protocol.ts';

type Loss = Pick<StepAnswer, 'loss' | 'tokens'>;
interface Model {
  step(batch: Batch): Loss;
  /** Prepares a forward pass; the function does it, and then everything is released. */
  forward<Result>(measure: (run: (batch: Batch) => Loss) => Result): Result;
}

// An engine's notices must not get between the answers.
console.log = console.error;

let model: Model | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as OpenRequest | StepRequest;
  process.stdout.write(
    `${JSON.stringify(await answer(request).catch((error: Error) => ({ error: error.message })))}\n`,
  );
}

async function answer(request: OpenRequest | StepRequest): Promise<OpenAnswer | StepAnswer> {
  if (request.do === 'open') {
    const {
      versions: { training: version },
    } = await selectEngine(request.engine, request.threads);
    const memory = peakMemory();
    model = makeModel(request);
    return { version, memory };
  }
  if (!model) throw new Error('A model must be opened first.');
  const batch = batchOf(request.batch, special.padding);
  const measured =
    request.do === 'step' ? timed(() => model!.step(batch)) : model.forward((run) => timed(() => run(batch)));
  return { ...measured, memory: peakMemory() };
}

function makeModel(request: OpenRequest): Model {
  const { config, architecture } = modelOf(request);
  const weights = ParameterSet.initialise(parametersOf(config, architecture), (name) => new RandomStream(1, name));
  const state = { config, parameters: new HostParameters(weights), updates: 0 };
  const options = trainingOptions(request.learningRate, request.labelSmoothing);
  return {
    step: (batch) => trainUpdate(state, architecture, [batch], options),
    forward: (measure) => {
      const net = loadNetwork(config, architecture, weights);
      try {
        return measure((batch) => {
          const { smoothed, tokens } = lossOf(net, batch, request.labelSmoothing);
          return { loss: smoothed / tokens, tokens };
        });
      } finally {
        net.dispose();
      }
    },
  };
}

function timed(run: () => Loss): Omit<StepAnswer, 'memory'> {
  const start = performance.now();
  const { loss, tokens } = run();
  return { seconds: (performance.now() - start) / 1000, loss, tokens };
}

function peakMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}
