import { engineNames, type EngineName } from '../../src/tensor/engines/engine.ts';

/** Parts of `npm run bench train`, in the order in which they run. */
export const parts = ['gemm', 'step', 'profile', 'memory', 'operators', 'batch', 'versions', 'engines'] as const;
export type TrainingPart = (typeof parts)[number];

export interface Options {
  parts: TrainingPart[];
  widths: number[];
  threads: number[];
  /** Measurements that each median is of. */
  rounds: number;
  /** Folder of the corpus whose batches are trained on. */
  data: string;
  /** Another checkout, for `versions`; empty: none. */
  before: string;
  /** Engines beside ours. */
  others: EngineName[];
}

/** Arguments that make no sense, and what to do. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

/** Each option's reader; what it throws becomes a message with the option's name. */
const readers: { [Key in keyof Omit<Options, 'parts'>]: (text: string) => Options[Key] } = {
  widths: (text) => numbers(text, (width) => width > 0 && width % 8 === 0, 'multiples of 8'),
  threads: (text) => numbers(text, (threads) => threads > 0, 'positive whole numbers'),
  rounds: (text) => numbers(text, (rounds) => rounds > 0, 'a positive whole number')[0],
  data: (text) => text,
  before: (text) => text,
  others: (text) =>
    text.split(',').map((name) => {
      if (!(engineNames as readonly string[]).includes(name))
        throw new ArgumentError(`must be some of ${engineNames.join(', ')}`);
      return name as EngineName;
    }),
};

/** Reads the words after `npm run bench train`: names of parts (none: all), and `option=value`. */
export function readArguments(words: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const texts: Record<keyof typeof readers, string> = {
    widths: '320,160',
    threads: '1,2',
    rounds: environment.ROUNDS ?? '5',
    data: environment.SHRINKNAS_MULTI30K ?? 'data/multi30k',
    before: '',
    others: 'tensorflow,wasm',
  };
  const chosen = new Set<string>();
  for (const word of words) {
    const [key, ...value] = word.split('=');
    if (value.length > 0 && Object.hasOwn(texts, key)) texts[key as keyof typeof texts] = value.join('=');
    else if ((parts as readonly string[]).includes(word)) chosen.add(word);
    else
      throw new ArgumentError(
        `"${word}" is neither a part (${parts.join(', ')}) nor an option (${Object.keys(texts)
          .map((name) => `${name}=…`)
          .join(', ')}).`,
      );
  }
  return {
    parts: parts.filter((part) => chosen.size === 0 || chosen.has(part)),
    widths: read('widths', texts),
    threads: read('threads', texts),
    rounds: read('rounds', texts),
    data: read('data', texts),
    before: read('before', texts),
    others: read('others', texts),
  };
}

function read<Key extends keyof typeof readers>(key: Key, texts: Record<Key, string>): Options[Key] {
  try {
    return readers[key](texts[key]);
  } catch (error) {
    if (error instanceof ArgumentError)
      throw new ArgumentError(`${key}=${texts[key]}: it ${error.message}.`, { cause: error });
    throw error;
  }
}

function numbers(text: string, fits: (value: number) => boolean, what: string): number[] {
  const values = text.split(',').map(Number);
  if (!values.every((value) => Number.isSafeInteger(value) && fits(value))) throw new ArgumentError(`must be ${what}`);
  return values;
}
