import * as tf from '@tensorflow/tfjs-core';

/** How often a JavaScript kernel ran in place of one in C, and for how long. */
export interface Fallback {
  kernel: string;
  calls: number;
  milliseconds: number;
}

/** Counts what runs in JavaScript on an engine that has C kernels: the most expensive of it is worth a kernel in C. */
export class FallbackCounter {
  private readonly counts = new Map<string, Fallback>();

  /**
   * Runs `register`, which takes over kernels of the backend `from`, so that it gets counting ones. Afterwards
   * that backend has its own again: only what was taken over is counted. Kernels that C serves in part count where
   * they leave a case to JavaScript.
   */
  counting<T>(from: string, register: () => T): T {
    const originals = tf.getKernelsForBackend(from);
    originals.forEach((kernel) => replace({ ...kernel, kernelFunc: this.counted(kernel) }));
    try {
      return register();
    } finally {
      originals.forEach(replace);
    }
  }

  /** Kernels that ran, the most expensive first. */
  fallbacks(): Fallback[] {
    return [...this.counts.values()].filter(({ calls }) => calls > 0).sort((a, b) => b.milliseconds - a.milliseconds);
  }

  private counted({ kernelName, kernelFunc }: tf.KernelConfig): tf.KernelFunc {
    const count: Fallback = { kernel: kernelName, calls: 0, milliseconds: 0 };
    this.counts.set(kernelName, count);
    return (call) => {
      const start = performance.now();
      try {
        return kernelFunc(call);
      } finally {
        count.calls++;
        count.milliseconds += performance.now() - start;
      }
    };
  }
}

function replace(kernel: tf.KernelConfig): void {
  tf.unregisterKernel(kernel.kernelName, kernel.backendName);
  tf.registerKernel(kernel);
}

/** One line for each kernel, for a log. */
export function describeFallbacks(fallbacks: readonly Fallback[]): string[] {
  if (fallbacks.length === 0) return ['every kernel that ran was C'];
  const total = fallbacks.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return [
    `kernels that ran in JavaScript: ${fallbacks.length}, ${(total / 1000).toFixed(3)} s in total`,
    ...fallbacks.map(
      ({ kernel, calls, milliseconds }) => `  ${kernel} × ${calls}: ${(milliseconds / 1000).toFixed(3)} s`,
    ),
  ];
}
