import type { ArraySpan, NativeCalls } from '../../src/tensor/engines/native/calls.ts';
import { type NativeFunction, nativeFunctions } from '../../src/tensor/engines/native/signatures.ts';

/** What calls of one C function took, moved and computed. */
export interface CallTotals {
  name: NativeFunction;
  calls: number;
  /** In C. */
  seconds: number;
  /** Of the arrays that it got, each counted once. */
  bytes: number;
  /** Of its products, two a multiply-add. */
  operations: number;
}

type Sizes = Record<string, number>;

/** Operations of the products in a call; what is not listed has none. */
const operations: Partial<Record<NativeFunction, (sizes: Sizes, arrays: ReadonlySet<string>) => number>> = {
  sn_gemm_batched: ({ batch, m, n, k }) => 2 * batch * m * n * k,
  sn_linear: ({ rows, out, in: fanIn }) => 2 * rows * out * fanIn,
  sn_attention: (sizes) => 2 * 2 * attended(sizes),
  sn_attention_gradient: (sizes) => 4 * 2 * attended(sizes),
  sn_light_convolution: (sizes) => 2 * convolved(sizes),
  sn_light_convolution_gradient: (sizes) => 2 * 2 * convolved(sizes),
  sn_dynamic_convolution: (sizes) => 2 * convolved(sizes),
  sn_dynamic_convolution_gradient: (sizes) => 2 * 2 * convolved(sizes),
  sn_cross_entropy: ({ rows, width, types }, arrays) => 2 * rows * width * types * (arrays.has('d_features') ? 3 : 1),
};

const attended = ({ batch, heads, targets, sources, size }: Sizes) => batch * heads * targets * sources * size;
const convolved = ({ batch, time, width, kernel }: Sizes) => batch * time * width * kernel;

/** Times all calls of the C library from its making to its `end`. */
export class CallTimes {
  private readonly totals = new Map<NativeFunction, CallTotals>();
  private readonly original: NativeCalls['library']['functions'];
  private readonly functions: Record<NativeFunction, (...values: never[]) => number>;
  private readonly call: NativeCalls['call'];

  constructor(private readonly calls: NativeCalls) {
    this.functions = calls.library.functions as typeof this.functions;
    this.original = { ...calls.library.functions };
    this.call = calls.call.bind(calls);
    for (const name of nativeFunctions) {
      this.functions[name] = (...values) => {
        const start = performance.now();
        const answer = (this.original[name] as (...values: unknown[]) => number)(...values);
        this.of(name).seconds += (performance.now() - start) / 1000;
        this.of(name).calls++;
        return answer;
      };
    }
    calls.call = (name, given) => {
      this.count(name, given as Record<string, number | ArraySpan | null>);
      this.call(name, given);
    };
  }

  /** What has been called since the last time, in the header's order. */
  take(): CallTotals[] {
    const taken = nativeFunctions.flatMap((name) => this.totals.get(name) ?? []);
    this.totals.clear();
    return taken;
  }

  end(): void {
    Object.assign(this.functions, this.original);
    this.calls.call = this.call;
  }

  private count(name: NativeFunction, given: Record<string, number | ArraySpan | null>): void {
    const total = this.of(name);
    const sizes: Sizes = {};
    const arrays = new Set<string>();
    for (const [parameter, value] of Object.entries(given)) {
      if (typeof value === 'number') sizes[parameter] = value;
      else if (value) {
        arrays.add(parameter);
        total.bytes += 4 * value.length;
      }
    }
    total.operations += operations[name]?.(sizes, arrays) ?? 0;
  }

  private of(name: NativeFunction): CallTotals {
    if (!this.totals.has(name)) this.totals.set(name, { name, calls: 0, seconds: 0, bytes: 0, operations: 0 });
    return this.totals.get(name)!;
  }
}
