import type { MeasureLatenciesParams } from '../schemas/types.ts';
import { readSupernet } from '../src/artifacts/checkpoint.ts';
import { writeDocument } from '../src/artifacts/documents.ts';
import { checkSameText } from '../src/artifacts/text-form.ts';
import { askedSpace } from '../src/exploration/asked-network.ts';
import { timeTranslation } from '../src/nas/costs/latency.ts';
import { architectureOf, formatGenes } from '../src/nas/space.ts';
import { supernetParameters } from '../src/nas/supernet.ts';
import { Attempts, noiseOf, quietest } from '../src/predictors/attempts.ts';
import { drawNetworks } from '../src/predictors/drawn-networks.ts';
import { StoppedError } from '../src/runner/stage.ts';
import { startEngine } from '../src/stage/engine.ts';
import { guarded } from '../src/stage/guard.ts';
import { ParameterSet } from '../src/tensor/parameter-set.ts';
import { RandomStream } from '../src/tensor/random.ts';

/** Measures random networks, as schemas/stages/measure-latencies.json declares. */
export default guarded<MeasureLatenciesParams>(async (context) => {
  const { params, inputs, outputs, events, seed } = context;
  const { count, noise, attempts: most } = params;
  const stream = (...name: string[]) => new RandomStream(seed!.value, seed!.stream, ...name);
  const supernet = inputs.checkpoint
    ? readSupernet(inputs.checkpoint, 'The checkpoint holds a single network, and not a supernet.')
    : undefined;
  const { space, model } = askedSpace(params, supernet, inputs.corpus);
  if (supernet) checkSameText(inputs, 'corpus', 'checkpoint');
  await startEngine(context, 'decoding');
  // Time does not depend on what the weights are.
  const weights =
    supernet?.state.parameters
    ?? ParameterSet.initialise(supernetParameters(model, space), (name) => stream('weights', name));
  const drawn = drawNetworks(space, count, stream('networks'));
  if (drawn.length < count)
    events.log(`${drawn.length} networks were found in the space instead of ${count}`, 'warning');
  const kept = new Attempts(context);
  const isQuiet = (genes: string) => kept.of(genes).some((attempt) => noiseOf(attempt) <= noise);
  // Round by round, so that a network is measured again when what disturbed it may be over.
  for (let round = 1; round <= most; round++) {
    for (const [i, network] of drawn.entries()) {
      if (context.isStopping()) throw new StoppedError();
      const genes = formatGenes(network);
      if (kept.of(genes).length < round && !isQuiet(genes))
        kept.append(genes, timeTranslation(model, architectureOf(space, network), weights));
      events.progress({
        done: i + 1,
        total: drawn.length,
        unit: round === 1 ? 'networks' : `networks, attempt ${round}`,
      });
    }
  }
  const networks = drawn.map(formatGenes).map((genes) => {
    const tried = kept.of(genes);
    return { genes, ...quietest(tried), attempts: tried.length };
  });
  const noisy = networks.filter((network) => noiseOf(network) > noise).length;
  writeDocument(outputs.latencies, 'latencies', {
    summary:
      `${networks.length} networks, ${Math.min(...networks.map(({ mean }) => mean)).toFixed(2)} to `
      + `${Math.max(...networks.map(({ mean }) => mean)).toFixed(2)} ms; ${noisy} vary by more than ${noise} of their mean`,
    space,
    model: { norm: model.norm, kernels: model.kernels },
    noise,
    networks,
  });
});
