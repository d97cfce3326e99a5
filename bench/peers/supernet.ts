/** Program: updates of the paper's supernet, each of the next random subnet, by requests of one line each; see versions.ts. */
import { createInterface } from 'node:readline';
import { special } from '../../src/model/architecture.ts';
import { trainUpdate } from '../../src/model/trainer.ts';
import { architectureOf, paperKernels, paperSpace, sampleGenes } from '../../src/nas/space.ts';
import { supernetParameters } from '../../src/nas/supernet.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { HostParameters } from '../../src/tensor/host-parameters.ts';
import { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { trainingOptions } from '../support/training.ts';
import { batchOf, type BatchMessage } from './protocol.ts';

export interface SupernetRequest {
  /** Entries of the source and of the target dictionary. */
  types: [number, number];
  threads: number;
}

export interface UpdateRequest {
  batch: BatchMessage;
}

export interface UpdateAnswer {
  seconds: number;
  /** Nats a target token. */
  loss: number;
}

// An engine's notices must not get between the answers.
console.log = console.error;

let update: ((message: BatchMessage) => UpdateAnswer) | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as SupernetRequest | UpdateRequest;
  const answer = 'batch' in request ? update!(request.batch) : await open(request);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

async function open({ types, threads }: SupernetRequest): Promise<{ version: string }> {
  const { versions } = await selectEngine('native', threads);
  const config = {
    sourceTypes: types[0],
    targetTypes: types[1],
    kernels: paperKernels,
    norm: 'post' as const,
    dropout: 0.2,
    weightDropout: 0,
  };
  const weights = ParameterSet.initialise(supernetParameters(config, paperSpace), (name) => new RandomStream(1, name));
  const state = { config, parameters: new HostParameters(weights), updates: 0 };
  const random = new RandomStream(1, 'subnets');
  update = (message) => {
    const batch = batchOf(message, special.padding);
    const architecture = architectureOf(paperSpace, sampleGenes(paperSpace, random));
    const start = performance.now();
    const { loss } = trainUpdate(state, architecture, [batch], trainingOptions());
    return { seconds: (performance.now() - start) / 1000, loss };
  };
  return { version: versions.training };
}
