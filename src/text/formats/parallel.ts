import { checkAligned } from '../corpora/alignment.ts';
import { blocksOfFiles, countLines } from '../corpora/line-blocks.ts';
import { locate } from '../corpora/raw-corpus.ts';
import type { Split } from '../parallel-text.ts';
import type { CorpusFormat, OpenText } from './format.ts';

/** Plain files, one sentence a line: `train.de` and `train.en`, and so on for each split and the languages' codes. */
export const parallel: CorpusFormat = {
  train: filesOf('train'),
  valid: { open: filesOf('valid') },
  test: { open: filesOf('test') },
};

function filesOf(split: Split): OpenText {
  return async (folder, raw) => {
    const names = { source: `${split}.${raw.source}`, target: `${split}.${raw.target}` };
    const files = { source: locate(folder, raw, names.source), target: locate(folder, raw, names.target) };
    const pairs = await countLines(files.source);
    checkAligned(pairs, await countLines(files.target), names.source, names.target);
    return { pairs, blocks: blocksOfFiles(files.source, files.target) };
  };
}
