import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * The graphics processors that processes of this one may use, as `CUDA_VISIBLE_DEVICES` names them: those that NVIDIA's
 * driver lists, of these only what the variable already allows. None where there is no driver.
 */
export async function findGpus(environment: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  const listed = await listGpus(environment);
  const allowed = environment.CUDA_VISIBLE_DEVICES;
  if (allowed === undefined) return listed.map(({ index }) => index);
  const found: string[] = [];
  for (const word of allowed.split(',').map((each) => each.trim())) {
    // As CUDA does: what follows a name that means nothing is not there.
    if (!listed.some(({ index, uuid }) => word === index || (word.startsWith('GPU-') && uuid.startsWith(word)))) break;
    found.push(word);
  }
  return found;
}

async function listGpus(environment: NodeJS.ProcessEnv): Promise<{ index: string; uuid: string }[]> {
  return (await askNvidia(['index', 'uuid'], environment))
    .filter(([index, uuid]) => /^\d+$/.test(index) && uuid !== undefined)
    .map(([index, uuid]) => ({ index, uuid }));
}

/** What NVIDIA's tool says of each graphics processor: these of the fields that `nvidia-smi --help-query-gpu` names. */
export async function askNvidia(
  fields: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string[][]> {
  try {
    const words = [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader'];
    const { stdout } = await promisify(execFile)('nvidia-smi', words, { env: environment, timeout: 60_000 });
    return stdout
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => line.split(',').map((cell) => cell.trim()));
  } catch {
    // No such program, or a driver that does not answer: there is none that could be used.
    return [];
  }
}
