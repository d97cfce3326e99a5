import type { DecodedLine, LineCodec } from '../text/line-codec.ts';
import { StageError } from '../runner/stage.ts';
import type { Hypothesis } from '../model/hypotheses.ts';
import { readCodec } from './codec.ts';
import { decode, rounded } from './decoding.ts';
import { type LongLines, splitSentence } from './long-lines.ts';
import { readDocument } from '../artifacts/documents.ts';
import { readModel } from '../artifacts/model.ts';

export interface TranslatorOptions {
  beam: number;
  lengthPenalty: number;
  maxLength: number;
  nBest: number;
  long: LongLines;
  /** Told of a line that is skipped or split. */
  onLong?: (message: string) => void;
}

/** What became of one line. */
export interface Translation {
  /** From 1. */
  line: number;
  source: string;
  /** Best first, at least one; `score` is log p / length^α. */
  hypotheses: ({ score: number } & DecodedLine)[];
}

/** Most tokens of a line, as fairseq's models have it: memory for attention grows with its square. */
const longestSentence = 1024;

/** Lines that are translated, and come out, together. */
const batchSentences = 128;

/** Translates raw lines with an exported model. */
export class Translator {
  private before = 0;

  private constructor(
    private readonly net: ReturnType<typeof readModel>['net'],
    private readonly codec: LineCodec,
    private readonly partTokens: number,
    private readonly options: TranslatorOptions,
  ) {}

  /**
   * @param folder of a `model` artifact whose document was checked by its schema; nothing else of it is trusted
   * @param partTokens of the engine
   * @throws StageError, CorpusError or SafetensorsError naming the file that does not fit
   */
  static open(folder: string, partTokens: number, options: TranslatorOptions): Translator {
    // Before the weights: where the document is wrong, they would only seem to be.
    const codec = readCodec(folder, readDocument(folder, 'model'));
    return new Translator(readModel(folder).net, codec, partTokens, options);
  }

  /**
   * The translations of the lines that follow those before, in their order, some at a time so that they can be printed
   * meanwhile. A line without words stays as empty as it is, for certain.
   * @throws StageError naming a line that is too long and to be refused, after the translations of those before it
   */
  *translate(lines: readonly string[]): Generator<Translation[]> {
    for (let start = 0; start < lines.length; start += batchSentences) {
      const slice = lines.slice(start, start + batchSentences);
      const sentences = slice.map((line) => this.codec.encode(line));
      const refused =
        this.options.long === 'refuse' ? sentences.findIndex(({ length }) => length > longestSentence) : -1;
      if (refused !== 0) yield this.translateSome(slice.slice(0, refused < 0 ? undefined : refused), sentences);
      if (refused < 0) continue;
      throw new StageError(
        `Line ${this.before + 1} has ${sentences[refused].length} tokens, and no more than ${longestSentence} `
          + 'are translated at once: give one sentence a line, or --long skip or split.',
      );
    }
  }

  /** @param sentences of the lines, in their order; there may be more */
  private translateSome(lines: readonly string[], sentences: readonly Int32Array[]): Translation[] {
    const first = this.before + 1;
    this.before += lines.length;
    const parts = lines.map((_, i) => this.partsOf(sentences[i], first + i));
    const options = { ...this.options, batchSentences, batchTokens: 4 * this.partTokens };
    const decoded = decode(this.net, parts.flat(), options);
    let at = 0;
    return lines.map((source, i) => {
      const hypotheses = this.joined(decoded.slice(at, (at += parts[i].length)));
      return {
        line: first + i,
        source,
        hypotheses: hypotheses.map(({ ids, score }) => ({ score: rounded(score), ...this.codec.decode(ids) })),
      };
    });
  }

  /** What is translated in place of a line: itself, unless it is too long. */
  private partsOf(sentence: Int32Array, line: number): Int32Array[] {
    if (sentence.length <= longestSentence) return [sentence];
    const { long, maxLength, onLong = () => undefined } = this.options;
    const what = `Line ${line} has ${sentence.length} tokens, more than the ${longestSentence} that are translated at once`;
    if (long === 'skip') {
      onLong(`${what}: it is skipped, and its translation is empty.`);
      return [];
    }
    // A translation is about as long as its source, and must find room.
    const most = Math.min(maxLength, longestSentence - 1);
    const parts = splitSentence(sentence, (id) => this.codec.sourceSymbol(id), most);
    onLong(`${what}: it is translated in ${parts.length} parts.`);
    return parts;
  }

  /** The hypotheses of a line from those of its parts: of several parts, the best of each, put together. */
  private joined(parts: readonly Hypothesis[][]): readonly Hypothesis[] {
    if (parts.length === 1) return parts[0];
    const best = parts.map(([hypothesis]) => hypothesis);
    const ids = best.flatMap((hypothesis) => hypothesis.ids);
    const weight = (length: number): number => (length + 1) ** this.options.lengthPenalty;
    const logProbability = best.reduce((sum, hypothesis) => sum + hypothesis.score * weight(hypothesis.ids.length), 0);
    return [{ ids, score: logProbability / weight(ids.length) }];
  }

  dispose(): void {
    this.net.dispose();
  }
}
