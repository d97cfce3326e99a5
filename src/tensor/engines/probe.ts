/** Program: says as JSON which tensor engine would be used here. The runner asks it, so that planning itself loads none. */
import { selectEngine } from './select.ts';

try {
  const { name, version, reason } = await selectEngine(process.env.SHRINKNAS_ENGINE);
  process.stdout.write(`${JSON.stringify({ name, version, reason })}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
