/**
 * Proof: runs of overlapping pipelines on one store, in projects of their own and half of them in another PID
 * namespace where the system allows that, some killed and started again, execute each key once, and once more for each
 * kill that hit it; all end with 0. npm run prove concurrent [runs=8] [kills=4] [seed=1]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RandomStream } from '../../src/tensor/random.ts';
import { killTree } from '../../test/support/kill-tree.ts';
import { makeProject, type TestProject } from '../../test/support/project.ts';
import { Faults } from './support/faults.ts';
import { numbersOf } from './support/options.ts';
import { hasStack, leftBehind } from './support/outcome.ts';

const options = numbersOf({ runs: 8, kills: 4, seed: 1 });
const random = new RandomStream(options.seed, 'concurrent');
const faults = new Faults();

/** Of each link in a chain of stages. */
const links = 4;

/** A stage tells when it is executed, takes a while, and adds a number. */
const stage = `import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
export default async ({ params, inputs, outputs, progress, events }) => {
  const before = inputs.number === undefined ? 0 : JSON.parse(readFileSync(inputs.number + '/number.json', 'utf8')).value;
  appendFileSync(process.env.LOG, before + '+' + params.add + '\\n');
  events.log('adding', 'info');
  writeFileSync(progress + '/begun', '');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  writeFileSync(outputs.number + '/number.json', JSON.stringify({ value: before + params.add }));
};
`;
const number = { artifact: 'number', description: 'A number.' };
const stageType = {
  name: 'add',
  description: 'Adds a number.',
  inputs: { number: { ...number, optional: true } },
  outputs: { number },
  params: {
    type: 'object',
    additionalProperties: false,
    properties: { add: { type: 'number', description: 'What.' } },
  },
};
const numberType = {
  title: 'number',
  description: 'A number.',
  type: 'object',
  properties: { value: { type: 'number' } },
};

/** Chains that begin alike: run r goes its own way after r % links of them. */
function pipelineOf(run: number): { file: string; sum: number } {
  const adds = Array.from({ length: links }, (_, i) => 10 ** i * (i < 1 + (run % links) ? 1 : 2));
  const stages = Object.fromEntries(
    adds.map((add, i) => [
      `s${i}`,
      { uses: 'add', with: { add }, ...(i === 0 ? {} : { in: { number: `s${i - 1}` } }) },
    ]),
  );
  return { file: JSON.stringify({ name: 'chain', stages }), sum: adds.reduce((a, b) => a + b) };
}

const apart = ['unshare', '--fork', '--pid', '--mount-proc', '--kill-child'];
const hasNamespaces = spawnSync(apart[0], [...apart.slice(1), 'true']).status === 0;

const projects: { project: TestProject; sum: number; wrapper: string[] }[] = Array.from(
  { length: options.runs },
  (_, run) => {
    const { file, sum } = pipelineOf(run);
    const project = makeProject({
      'schemas/stages/add.json': JSON.stringify(stageType),
      'schemas/artifacts/number.schema.json': JSON.stringify(numberType),
      'stages/add.ts': stage,
      'chain.json5': file,
    });
    return { project, sum, wrapper: hasNamespaces && run % 2 === 1 ? apart : [] };
  },
);
const store = path.join(projects[0].project.folder, 'store');
const log = path.join(projects[0].project.folder, 'executed.log');
mkdirSync(store);
const executions = () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []);

let kills = options.kills;
let killed = 0;
console.log(
  `${options.runs} runs${hasNamespaces ? ', half of them in PID namespaces of their own' : ''}, ${kills} killed`,
);

/** Runs a project's pipeline, again if it was killed, until it is done. */
async function bringUpToDate({ project, sum, wrapper }: (typeof projects)[number], run: number): Promise<void> {
  for (;;) {
    const { process: runner, result } = project.start(['chain.json5', '--store', store, '--json'], {
      env: { LOG: log },
      wrapper,
    });
    let isDoomed = false;
    runner.stdout!.on('data', (more: string) => {
      // One whose stage is at work, or nothing would be shown.
      if (isDoomed || kills === 0 || !more.includes('"adding"') || random.integer(2) === 0) return;
      isDoomed = true;
      kills--;
      setTimeout(() => {
        killed++;
        killTree(runner.pid!);
      }, random.integer(800));
    });
    const { exitCode, stderr } = await result;
    if (hasStack(stderr)) faults.add(`run ${run}: ${stderr}`);
    if (exitCode === null || (isDoomed && exitCode !== 0)) continue;
    if (exitCode !== 0) faults.add(`run ${run} ended with ${exitCode}: ${stderr}`);
    const last = path.join(project.folder, `runs/latest/chain/s${links - 1}/number/number.json`);
    const { value } = JSON.parse(readFileSync(last, 'utf8')) as { value: number };
    if (value !== sum) faults.add(`run ${run} made ${value} for ${sum}`);
    return;
  }
}

await Promise.all(projects.map(bringUpToDate));
const counts = new Map<string, number>();
for (const line of executions()) counts.set(line, (counts.get(line) ?? 0) + 1);
const more = [...counts.values()].reduce((sum, count) => sum + count - 1, 0);
console.log(`${counts.size} keys, ${executions().length} executions, ${killed} kills`);
for (const [key, count] of counts) if (count > 1) console.log(`  ${key}: ${count} times`);
if (options.kills > 0 && more === 0) faults.add('no kill hit a stage at work, so nothing is shown of kills');
if (more > killed) faults.add(`${more} executions more than there are keys, for ${killed} kills`);
await sleep(1500);
// One run more removes what the killed ones left.
const { project } = projects[0];
await project.run(['chain.json5', '--store', store, '--force', `s${links - 1}`], { env: { LOG: log } });
for (const each of projects) {
  const again = await each.project.run(['chain.json5', '--store', store], { env: { LOG: log } });
  if (again.exitCode !== 0) faults.add(again.stderr);
  for (const left of leftBehind(each.project.folder, store)) faults.add(`left behind: ${left}`);
}
for (const each of projects) each.project.remove();
faults.conclude('each key is executed once, and once more a kill at most; all runs end with 0');
