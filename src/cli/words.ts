/** Whether a word means a file: by a folder in it or by its ending, so that no run or stage is taken for one. */
export function looksLikeFile(word: string): boolean {
  return /[/\\]|\.(json5|jsonc|json)$/.test(word);
}

/** `latest/finetune`, `pipelines/a.json5/finetune`; without a stage, the whole word is a run. */
export function runAndStage(word: string): { run: string; stage?: string } {
  const [, run, stage] = /^(.+?\.(?:json5|jsonc|json)|[^/\\]+)[/\\](.+)$/.exec(word) ?? [];
  return run === undefined || /\.(json5|jsonc|json)$/.test(word) ? { run: word } : { run, stage };
}
