/** Whether a word means a file: by a folder in it or by its ending, so that no run or stage is taken for one. */
export function looksLikeFile(word: string): boolean {
  return /[/\\]|\.(json5|jsonc|json)$/.test(word);
}
