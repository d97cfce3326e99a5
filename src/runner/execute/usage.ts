/** What an execution took. Where the system does not say how much was read and written, that is left out. */
export interface Usage {
  /** Of all processes together. */
  cpuSeconds: number;
  /** Largest resident memory. */
  peakMemoryBytes: number;
  /** By system calls, whether from the disk or from the system's cache. */
  readBytes?: number;
  writtenBytes?: number;
}

export const noUsage: Usage = { cpuSeconds: 0, peakMemoryBytes: 0 };

/** The larger of two accounts of the same execution, figure by figure: each may have missed something. */
export function largerUsage(a: Partial<Usage>, b: Partial<Usage>): Usage {
  return combine(a, b, Math.max);
}

/** Of executions that belong together. Memory is that of the larger one. */
export function totalUsage(a: Partial<Usage>, b: Partial<Usage>): Usage {
  return {
    ...combine(a, b, (one, other) => one + other),
    peakMemoryBytes: Math.max(a.peakMemoryBytes ?? 0, b.peakMemoryBytes ?? 0),
  };
}

/** The figures of something that has more. */
export function usageOf({ cpuSeconds = 0, peakMemoryBytes = 0, readBytes, writtenBytes }: Partial<Usage>): Usage {
  return {
    cpuSeconds,
    peakMemoryBytes,
    ...(readBytes === undefined ? {} : { readBytes }),
    ...(writtenBytes === undefined ? {} : { writtenBytes }),
  };
}

function combine(a: Partial<Usage>, b: Partial<Usage>, of: (one: number, other: number) => number): Usage {
  const each = (name: keyof Usage) =>
    a[name] === undefined && b[name] === undefined ? undefined : of(a[name] ?? 0, b[name] ?? 0);
  return usageOf({
    cpuSeconds: each('cpuSeconds'),
    peakMemoryBytes: each('peakMemoryBytes'),
    readBytes: each('readBytes'),
    writtenBytes: each('writtenBytes'),
  });
}
