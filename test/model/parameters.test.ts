import { describe, expect, test } from '@jest/globals';
import type { Architecture, ModelConfig } from '../../src/model/architecture.ts';
import { type Operator, operatorNames } from '../../src/model/mixing/operators.ts';
import { parametersOf } from '../../src/model/parameters.ts';
import type { Initial } from '../../src/tensor/parameters.ts';
import { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { tinyConfig } from '../support/network.ts';

/** How a parameter starts, as a distribution: Xavier's is U(±bound) like any other. */
type Start = { all: number } | { bound: number } | { deviation: number; zeroRow: number | undefined };

/** What the start of a parameter may depend on: sizes of the layer that it is in. */
interface Sizes {
  /** Width of the side. */
  d: number;
  /** Of the encoder, which cross-attention reads. */
  source: number;
  /** Inner width of the feed-forward network. */
  f: number;
  heads: number;
  kernel: number;
}

/** Names, in which `L` is a layer of either side, and how they start. */
type Row = [string, (sizes: Sizes) => Start];

const xavier = (fanIn: number, fanOut: number, gain = 1) => ({ bound: gain * Math.sqrt(6 / (fanIn + fanOut)) });
/** PyTorch's own start of what reads `fanIn` channels. */
const torch = (fanIn: number) => ({ bound: 1 / Math.sqrt(fanIn) });

/**
 * The linear maps about a convolution. LSRA's two branches are a convolution and an attention, each of half the width.
 */
const convolution = (prefix: string, width: (d: number) => number): Row[] => [
  [`${prefix}.(in|out).weight`, ({ d }) => xavier(width(d), width(d))],
  [`${prefix}.(in|out).bias`, () => ({ all: 0 })],
];
/** Query, key and value read what is as wide as they are. */
const selfAttention = (prefix: string, width: (d: number) => number): Row[] => [
  [`${prefix}.(query|key|value).weight`, ({ d }) => xavier(width(d), width(d), Math.SQRT1_2)],
  [`${prefix}.(query|key|value).bias`, ({ d }) => torch(width(d))],
  [`${prefix}.out.weight`, ({ d }) => xavier(width(d), width(d))],
  [`${prefix}.out.bias`, () => ({ all: 0 })],
];
const whole = (d: number) => d;
const half = (d: number) => d / 2;
const crossGain = ({ d, source }: Sizes) => (source === d ? Math.SQRT1_2 : 1);

/** fairseq's. Each parameter has one row. */
const starts: Row[] = [
  ['(encoder|decoder).embedding.weight', ({ d }) => ({ deviation: d ** -0.5, zeroRow: 1 })],
  ['output.weight', ({ d }) => ({ deviation: d ** -0.5, zeroRow: undefined })],
  ['(encoder.|decoder.|L.(mixing-|cross-|feed-forward-))norm.weight', () => ({ all: 1 })],
  ['(encoder.|decoder.|L.(mixing-|cross-|feed-forward-))norm.bias', () => ({ all: 0 })],
  ['L.feed-forward.(up|down).weight', ({ d, f }) => xavier(d, f)],
  ['L.feed-forward.(up|down).bias', () => ({ all: 0 })],
  ...selfAttention('L.attention', whole),
  ...selfAttention('L.lsra-(light|dynamic).attention', half),
  ...convolution('L.(light|dynamic)', whole),
  ...convolution('L.lsra-(light|dynamic).convolution', half),
  // The kernels themselves are the parameter: a row of K for each head.
  ['L.(light|lsra-light.convolution).kernel', ({ heads, kernel }) => xavier(kernel, heads * kernel)],
  ['L.dynamic.kernel', ({ d }) => torch(d)],
  ['L.lsra-dynamic.convolution.kernel', ({ d }) => torch(d / 2)],
  // fairseq takes the smaller gain for all three or for none.
  ['L.cross.query.weight', (sizes) => xavier(sizes.d, sizes.d, crossGain(sizes))],
  ['L.cross.(key|value).weight', (sizes) => xavier(sizes.source, sizes.d, crossGain(sizes))],
  ['L.cross.query.bias', ({ d }) => torch(d)],
  ['L.cross.(key|value).bias', ({ source }) => torch(source)],
  ['L.cross.out.weight', ({ d }) => xavier(d, d)],
  ['L.cross.out.bias', () => ({ all: 0 })],
];
const rows = starts.map(([pattern, start]) => ({
  pattern: new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('L', '(encoder|decoder)\\.layers\\.\\d+')}$`),
  start,
}));

/** Every number different, so that none can stand for another. */
function architectureWith(operator: Operator, encoderWidth: number, decoderWidth: number): Architecture {
  const layer = { operator, activation: 'relu' as const };
  return {
    encoder: {
      width: encoderWidth,
      layers: [
        { ...layer, heads: 2, inner: 40 },
        { ...layer, heads: 4, inner: 72 },
      ],
    },
    decoder: {
      width: decoderWidth,
      layers: [
        { ...layer, heads: 4, inner: 56, crossHeads: 2, span: 2 },
        { ...layer, heads: 2, inner: 88, crossHeads: 4, span: 1 },
      ],
    },
  };
}

function sizesOf(name: string, { kernels }: ModelConfig, { encoder, decoder }: Architecture): Sizes {
  const side = name.startsWith('encoder') ? encoder : decoder;
  const index = Number(/layers\.(\d+)/.exec(name)?.[1] ?? 0);
  const { heads, inner } = side.layers[index];
  return { d: side.width, source: encoder.width, f: inner, heads, kernel: kernels[index] };
}

const widths = [
  [32, 32],
  [32, 48],
  [48, 32],
];
const kinds = (['post', 'pre'] as const).flatMap((norm) =>
  widths.map(([encoder, decoder]) => ({ norm, encoder, decoder })),
);
const cases = operatorNames.flatMap((operator) =>
  kinds.map((kind) => {
    const config: ModelConfig = { ...tinyConfig, norm: kind.norm, kernels: [3, 7] };
    const architecture = architectureWith(operator, kind.encoder, kind.decoder);
    return { ...kind, operator, config, architecture, parameters: parametersOf(config, architecture) };
  }),
);
const lastOfEach = operatorNames.map((operator) => cases.findLast((kind) => kind.operator === operator)!);

/** By the only row of the table that is for a parameter, worked out for its place. */
function expectedStart(name: string, config: ModelConfig, architecture: Architecture): Start {
  const found = rows.filter(({ pattern }) => pattern.test(name));
  if (found.length !== 1) throw new Error(`"${name}" has ${found.length} rows in the table`);
  return found[0].start(sizesOf(name, config, architecture));
}

function startOf(initial: Initial): Start {
  switch (initial.kind) {
    case 'zeros':
      return { all: 0 };
    case 'ones':
      return { all: 1 };
    case 'xavier':
      return xavier(initial.fanIn, initial.fanOut, initial.gain);
    case 'uniform':
      return { bound: initial.bound };
    case 'normal':
      return { deviation: initial.deviation, zeroRow: initial.zeroRow };
  }
}

/** Numbers but for their last digits. */
const text = (start: Start) =>
  Object.entries(start)
    .map(([key, value]) => `${key} ${value?.toPrecision(12)}`)
    .join(', ');

describe('every parameter starts as in fairseq', () => {
  test.each(cases)(
    'in a network of $operator, $encoder and $decoder wide, $norm-norm',
    ({ config, architecture, parameters }) => {
      expect(parameters.map(({ name, initial }) => `${name}: ${text(startOf(initial))}`)).toEqual(
        parameters.map(({ name }) => `${name}: ${text(expectedStart(name, config, architecture))}`),
      );
    },
  );

  test.each<[string, Partial<ModelConfig>, (fanIn: number, q: number, gain: number) => Start[]]>([
    ['of their own as any other', {}, (fanIn, q, gain) => [xavier(fanIn, q, gain), torch(fanIn)]],
    // As torch starts `in_proj_weight [3q, d]` in HAT's code.
    [
      "of their own as thirds of HAT's one matrix",
      { stackedAttention: true },
      (f, q) => [xavier(f, 3 * q), { all: 0 }],
    ],
  ])('and query, key and value of a width %s', (_, habit, expected) => {
    const [d, source, q] = [32, 48, 24];
    const architecture = { ...architectureWith('attention', source, d), attentionWidth: q };
    const parameters = parametersOf({ ...tinyConfig, norm: 'post', ...habit }, architecture);
    const inputs = parameters.filter(({ name }) => /\.(query|key|value)\./.test(name));
    // Three of three attentions in two layers of either side, weight and bias.
    expect(inputs).toHaveLength(3 * (2 + 2 * 2) * 2);
    for (const { name, shape, initial } of inputs) {
      const fanIn = name.startsWith('encoder') || /cross\.(key|value)/.test(name) ? source : d;
      const [weight, bias] = expected(fanIn, q, name.includes('cross') ? 1 : Math.SQRT1_2);
      const isWeight = name.endsWith('weight');
      expect([name, shape, text(startOf(initial))]).toEqual([
        name,
        isWeight ? [q, fanIn] : [q],
        text(isWeight ? weight : bias),
      ]);
    }
    for (const { name, shape, initial } of parameters.filter(({ name: key }) => key.endsWith('out.weight'))) {
      const width = name.startsWith('encoder') ? source : d;
      expect([name, shape, text(startOf(initial))]).toEqual([name, [width, q], text(xavier(q, width))]);
    }
  });

  test('and the table has no row for a parameter that there is not', () => {
    const names = new Set(cases.flatMap(({ parameters }) => parameters.map(({ name }) => name)));
    expect(rows.filter(({ pattern }) => ![...names].some((name) => pattern.test(name)))).toEqual([]);
  });

  test.each(lastOfEach)('in numbers drawn for a network of $operator', ({ config, architecture, parameters }) => {
    const weights = ParameterSet.initialise(parameters, (name) => new RandomStream(1, name));
    for (const [name, { shape, data }] of weights.entries) {
      const start = expectedStart(name, config, architecture);
      if ('all' in start) expect([name, ...new Set(data)]).toEqual([name, start.all]);
      else if ('bound' in start) {
        // That none of n draws is in the outermost 15/n of the interval happens once in e^15.
        const reach = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / start.bound;
        expect([name, reach <= 1 + 1e-6 && reach > 1 - 15 / data.length]).toEqual([name, true]);
      } else {
        const drawn = [...data].filter((_, i) => Math.floor(i / shape[1]) !== start.zeroRow);
        const spread = Math.sqrt(drawn.reduce((sum, value) => sum + value ** 2, 0) / drawn.length) / start.deviation;
        expect([name, Math.abs(spread - 1) < 5 / Math.sqrt(2 * drawn.length)]).toEqual([name, true]);
        expect([...data].filter((value) => value === 0)).toHaveLength(data.length - drawn.length);
      }
    }
  });
});
