import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readDictionary } from '../../src/text/dataset.ts';
import { parseCodes } from '../../src/text/bpe/codes.ts';
import { CorpusError } from '../../src/text/errors.ts';
import { asLanguage } from '../../src/text/language.ts';
import { type DecodedLine, LineCodec } from '../../src/text/line-codec.ts';
import { StageError } from '../../src/runner/stage.ts';
import type { ModelDocument } from '../../schemas/types.ts';
import { decode } from './decoding.ts';
import { readModel } from './model.ts';

export interface TranslatorOptions {
  beam: number;
  lengthPenalty: number;
  maxLength: number;
  nBest: number;
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

const batchSentences = 128;

/** As many as single precision holds of a log probability. */
const scoreDigits = 6;

/** Translates raw lines with an exported model. */
export class Translator {
  private before = 0;

  private constructor(
    private readonly net: ReturnType<typeof readModel>['net'], private readonly codec: LineCodec,
    private readonly partTokens: number, private readonly options: TranslatorOptions,
  ) {}

  /**
   * @param folder of a `model` artifact whose document was checked by its schema; nothing else of it is trusted
   * @param partTokens of the engine
   */
  static open(folder: string, partTokens: number, options: TranslatorOptions): Translator {
    const { document, net } = readModel(folder);
    return new Translator(net, readCodec(folder, document), partTokens, options);
  }

  /**
   * The translations of the lines that follow those before, in their order. A line without words stays as empty as it is, for certain.
   * @throws StageError naming a line that is too long
   */
  translate(lines: readonly string[]): Translation[] {
    const sentences = lines.map((line) => this.codec.encode(line));
    const first = this.before + 1;
    this.before += lines.length;
    sentences.forEach(({ length }, i) => {
      if (length <= longestSentence) return;
      throw new StageError(`Line ${first + i} has ${length} tokens, and no more than ${longestSentence} are translated at once: give one sentence a line.`);
    });
    // Of nothing but `</s>`.
    const filled = sentences.flatMap(({ length }, i) => (length > 1 ? [i] : []));
    const decoded = decode(this.net, filled.map((i) => sentences[i]), { ...this.options, batchSentences, batchTokens: 4 * this.partTokens });
    const translations = lines.map((source, i): Translation => ({ line: first + i, source, hypotheses: [{ score: 0, tokens: '', text: '' }] }));
    filled.forEach((at, i) => {
      translations[at].hypotheses = decoded[i].map(({ ids, score }) => ({ score: Number(score.toFixed(scoreDigits)), ...this.codec.decode(ids) }));
    });
    return translations;
  }

  dispose(): void {
    this.net.dispose();
  }
}

function readCodec(folder: string, { languages, lowercase, model }: ModelDocument): LineCodec {
  const dictionaries = { source: readDictionary(folder, 'source'), target: readDictionary(folder, 'target') };
  for (const [role, expected] of [['source', model.sourceTypes], ['target', model.targetTypes]] as const) {
    if (dictionaries[role].size === expected) continue;
    throw new CorpusError(`${path.join(folder, `dict.${role}.txt`)} has ${dictionaries[role].size} symbols with the special ones, and the network ${expected}: `
      + 'they are not of one model.');
  }
  const codes = path.join(folder, 'codes.txt');
  return new LineCodec({
    languages: { source: asLanguage(languages.source), target: asLanguage(languages.target) },
    lowercase, merges: parseCodes(readFileSync(codes, 'utf8'), codes), dictionaries,
  });
}
