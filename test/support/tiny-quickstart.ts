/**
 * The quick start with every stage real and as small as it gets.
 * @param space what of the search space is otherwise
 */
export function tinyQuickstart(space: object = {}): string {
  const small = { widths: [16, 32], encoderLayers: 2, decoderLayers: [1, 2], spans: [1, 2], ...space };
  const choice = {
    pool: 4,
    rungs: [
      { updates: 2, keep: 2 },
      { updates: 4, keep: 1 },
    ],
    validationTokens: 80,
  };
  return JSON.stringify({
    extends: 'quickstart.json5',
    params: {
      updates: 4,
      floor: 5000,
      budget: 40000,
      training: { maxTokens: 256, warmup: 2, validationTokens: 20, space: small },
      exploration: { population: 6 },
    },
    stages: {
      preprocess: { with: { merges: 300 } },
      shrinking: { stages: { shrink: { with: { validationTokens: 40 } } } },
      search: { with: { iterations: 1, validationTokens: 40 } },
      choose: { with: { ...choice, withoutKernels: { pool: 3, rungs: [{ updates: 2, keep: 1 }] } } },
      finetune: { with: { updates: 3, validationTokens: 40 } },
      bleu: { with: { split: 'valid', beam: 2, maxLength: 4 } },
    },
  });
}
