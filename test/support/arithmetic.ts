/**
 * A small project to run for real: `source` counts, `scale` multiplies with a helper two imports down, `total` adds up.
 * Its pipeline is `arithmetic.json5`.
 */
const object = (properties: object) => ({ type: 'object', additionalProperties: false, properties });

const numbers = { artifact: 'numbers', description: 'A list of numbers.' };

const types = {
  source: {
    description: 'Counts from 1.',
    inputs: {},
    outputs: { numbers },
    params: object({ count: { type: 'integer', minimum: 1, default: 3, description: 'How far.' } }),
  },
  scale: {
    description: 'Multiplies.',
    inputs: { numbers },
    outputs: { numbers },
    params: object({
      factor: { type: 'number', default: 2, description: 'By what.' },
      trouble: {
        enum: ['none', 'error', 'warning', 'wait', 'stubborn', 'busy', 'told'],
        default: 'none',
        description: 'What to do beside it.',
      },
    }),
  },
  total: {
    description: 'Adds up.',
    inputs: { numbers },
    outputs: { sum: { artifact: 'sum', description: 'One number.' } },
    params: object({}),
  },
};

const artifacts = {
  numbers: {
    description: 'A list of numbers.',
    ...object({ values: { type: 'array', items: { type: 'number' } } }),
    required: ['values'],
  },
  sum: {
    description: 'One number.',
    ...object({ summary: { type: 'string' }, total: { type: 'number' } }),
    required: ['summary', 'total'],
  },
};

const tell = (type: string) => `appendFileSync(process.env.EXECUTED, '${type}\\n');`;
const imports =
  "import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';\nimport path from 'node:path';\n";

const modules = {
  'stages/source.ts': `${imports}
export default ({ params, outputs, events }) => {
  ${tell('source')}
  events.progress({ done: 1, total: 1, unit: 'lists', figures: {} });
  writeFileSync(path.join(outputs.numbers, 'numbers.json'), JSON.stringify({ values: Array.from({ length: params.count }, (_, i) => i + 1) }));
};
`,
  'stages/scale.ts': `${imports}import { scaled } from './shared/scaled.ts';

export default async ({ params, inputs, outputs, events, progress, isStopping }) => {
  ${tell('scale')}
  console.log('scaling by', params.factor);
  if (params.trouble === 'error') throw new Error('the scale is out of order');
  if (params.trouble === 'warning') events.log('the scale creaks', 'warning');
  if (params.trouble === 'stubborn') {
    process.on('SIGTERM', () => {});
    writeFileSync(process.env.EXECUTED + '.pid', String(process.pid));
  }
  if (params.trouble === 'busy') {
    const kept = path.join(progress, 'count');
    if (existsSync(kept)) events.log('resuming after ' + readFileSync(kept, 'utf8'));
    else {
      // Without a pause: no signal is heard.
      let count = 0;
      for (; !isStopping(); count++) if (count === 1) events.log('counting');
      writeFileSync(kept, String(count));
      throw Object.assign(new Error('stopped'), { name: 'StoppedError' });
    }
  }
  if (params.trouble === 'told') {
    const until = async (file) => {
      while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    events.log('ready');
    await until('go-on');
    for (let count = 1; count <= 300; count++) {
      events.metric({ count });
      console.log('counted', count, 'of 300 with a line that takes room on a disk');
    }
    events.log('count 300');
    await until('go-further');
  }
  if (params.trouble === 'wait' || params.trouble === 'stubborn') await new Promise((resolve) => setTimeout(resolve, 60_000));
  const { values } = JSON.parse(readFileSync(path.join(inputs.numbers, 'numbers.json'), 'utf8'));
  writeFileSync(path.join(outputs.numbers, 'numbers.json'), JSON.stringify({ values: scaled(values, params.factor) }));
};
`,
  'stages/shared/scaled.ts': `import { product } from './product.ts';

export const scaled = (values: number[], factor: number) => values.map((value) => product(value, factor));
`,
  'stages/shared/product.ts': `// The least of the helpers.
export const product = (a: number, b: number) => a * b;
`,
  'stages/total.ts': `${imports}
export default ({ inputs, outputs }) => {
  ${tell('total')}
  const { values } = JSON.parse(readFileSync(path.join(inputs.numbers, 'numbers.json'), 'utf8'));
  const total = values.reduce((sum, value) => sum + value, 0);
  writeFileSync(path.join(outputs.sum, 'sum.json'), JSON.stringify({ summary: 'TOTAL = ' + total, total }));
};
`,
};

const pipeline = `{
  "name": "arithmetic",
  "params": { "factor": 2 }, // by what to multiply
  "stages": {
    "source": { "uses": "source" },
    "scale": { "uses": "scale", "in": { "numbers": "source" }, "with": { "factor": "\${params.factor}" } },
    "total": { "uses": "total", "in": { "numbers": "scale" } }
  }
}
`;

/** The project's files, for `makeProject`. */
export function arithmeticProject(): Record<string, string> {
  return {
    ...Object.fromEntries(
      Object.entries(types).map(([name, type]) => [`schemas/stages/${name}.json`, JSON.stringify({ name, ...type })]),
    ),
    ...Object.fromEntries(
      Object.entries(artifacts).map(([name, schema]) => [
        `schemas/artifacts/${name}.schema.json`,
        JSON.stringify({ title: name, ...schema }),
      ]),
    ),
    ...modules,
    'arithmetic.json5': pipeline,
  };
}
