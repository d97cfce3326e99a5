/**
 * Program: says as JSON which tensor engine would be used here, or with --all, a line an engine, which load and what
 * they reach, or with --check NAME how one computes. The runner asks it, so that planning itself loads none.
 */
import type { EngineName } from './engine.ts';
import { checkEngine } from './check.ts';
import { measureProducts } from './measure.ts';
import { preferredEngines, selectEngine, tryEngine } from './select.ts';

const [what, named] = process.argv.slice(2);
if (what === '--check') {
  const described = await describe(named as EngineName);
  process.stdout.write(`${JSON.stringify({ ...described, ...(described.loads ? checkEngine() : {}) })}\n`);
} else if (what === '--all') {
  for (const name of preferredEngines()) process.stdout.write(`${JSON.stringify(await describe(name))}\n`);
} else {
  try {
    const { name, versions, broken } = await selectEngine(process.env.SHRINKNAS_ENGINE);
    const warning = broken?.length
      ? { warning: `engine ${name} is used, since a better one is here and does not load: ${broken.join('; ')}` }
      : {};
    process.stdout.write(`${JSON.stringify({ name, versions, ...warning })}\n`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 2;
  }
}

async function describe(name: EngineName) {
  const engine = await tryEngine(name);
  if ('problem' in engine) return { name, loads: false, why: engine.problem };
  const { versions, isa, threads } = engine;
  return { name, versions, isa, threads, loads: true, gigaflops: measureProducts(1000) };
}
