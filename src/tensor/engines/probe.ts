/**
 * Program: says as JSON which tensor engine would be used here, or with --all, a line an engine, which load and what
 * they reach. The runner asks it, so that planning itself loads none.
 */
import { type EngineName, engineNames } from './engine.ts';
import { measureProducts } from './measure.ts';
import { selectEngine, tryEngine } from './select.ts';

if (process.argv.includes('--all')) {
  for (const name of engineNames) process.stdout.write(`${JSON.stringify(await describe(name))}\n`);
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
