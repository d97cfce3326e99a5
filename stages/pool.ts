import type { PoolParams } from '../schemas/types.ts';
import { writeDocument } from '../src/artifacts/documents.ts';
import { makePool } from '../src/benchmark/pool.ts';
import { guarded } from '../src/stage/guard.ts';

/** Draws and names networks, as schemas/stages/pool.json declares. */
export default guarded<PoolParams>(({ params, outputs, seed, events }) => {
  const { space, norm, kernels } = params;
  const networks = makePool(params, seed!, events);
  const drawn = networks.filter(({ stratum }) => stratum !== undefined);
  const strata = new Set(drawn.map(({ stratum }) => JSON.stringify(stratum))).size;
  writeDocument(outputs.networks, 'networks', {
    summary:
      `${networks.length} networks, ${drawn.length} of them drawn in ${strata} strata, `
      + `${networks.length - drawn.length} named`,
    space,
    model: { norm, kernels },
    networks,
  });
});
