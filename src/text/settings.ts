import type { CleaningLimits } from './cleaning.ts';

/** What decides, beside the raw text, what a corpus becomes. */
export interface RecipeSettings extends CleaningLimits {
  /** BPE merge operations to learn on the training text of both languages. */
  merges: number;
  lowercase: boolean;
}
