import { prototypes } from './prototypes.ts';

type Prototype = (typeof prototypes)[number];

export type NativeFunction = NameOf<Prototype>;

/** In the header's order. */
export const nativeFunctions: readonly NativeFunction[] = prototypes.map(nameOf);

/** Parameters of a function by name, each with its type in C. */
export type ParametersOf<Name extends NativeFunction> = { [P in ParameterOf<Name> as NameOf<P>]: TypeOf<P> };

type ParameterOf<Name extends NativeFunction> =
  Extract<Prototype, `${string}${' ' | '*'}${Name}(${string}`> extends `${string}(${infer List})`
    ? Exclude<Split<List>, 'void'>
    : never;
type Split<List> = List extends `${infer First},${infer Rest}` ? Trim<First> | Split<Rest> : Trim<List>;
type Trim<Text> = Text extends ` ${infer Rest}` | `\n${infer Rest}` ? Trim<Rest> : Text;
/** Of what is declared: `float *x` and `double f(int64_t n)` declare `x` and `f`. */
type NameOf<Declaration> = Declaration extends `${infer Head}(${string}`
  ? NameOf<Head>
  : Declaration extends `const ${infer Rest}`
    ? NameOf<Rest>
    : Declaration extends `${string} *${infer Name}`
      ? Name
      : Declaration extends `${string} ${infer Name}`
        ? Name
        : never;
type TypeOf<Declaration> = Declaration extends `${infer Type} *${string}`
  ? `${Type} *`
  : Declaration extends `${infer Type} ${string}`
    ? Type
    : never;

export interface NativeParameter {
  name: string;
  /** In C. */
  type: string;
}

/** The prototype of a function, without line breaks. */
export function prototypeOf(name: NativeFunction): string {
  return prototypes.find((prototype) => nameOf(prototype) === name)!.replace(/\s+/g, ' ');
}

function nameOf(prototype: string): NativeFunction {
  return /(\w+)\(/.exec(prototype)![1] as NativeFunction;
}

/** In the order of the call. */
export function nativeParametersOf(name: NativeFunction): NativeParameter[] {
  const [, list] = /\((.*)\)/.exec(prototypeOf(name))!;
  return list === 'void'
    ? []
    : list.split(', ').map((declaration) => {
        const [, type, name] = /^(.*?)(\w+)$/.exec(declaration)!;
        return { name, type: type.trim() };
      });
}
