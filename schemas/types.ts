// Generated from schemas/stages and schemas/artifacts by "npm run generate"; do not edit.

/**
 * Parameters of the stage type `bleu`.
 */
export interface BleuParams {
  /**
   * What to translate.
   */
  split: 'test' | 'valid';
  /**
   * Hypotheses kept at each step.
   */
  beam: number;
  /**
   * α: hypotheses compare by log p / length^α.
   */
  lengthPenalty: number;
  /**
   * Most tokens of a translation.
   */
  maxLength: number;
  /**
   * Most sentences that are translated at once; long ones are fewer.
   */
  batchSentences: number;
}

/**
 * Parameters of the stage type `fetch`.
 */
export interface FetchParams {
  /**
   * An archive (.tgz, .tar.gz, .tar, .zip, .gz), a plain file, or a folder, relative to the working directory; ~ is the home folder. Unless empty, it wins over url.
   */
  path: string;
  /**
   * Where the file is to be had: an http, https or file URL, or several, tried in turn. Needs sha256, or at least bytes where no checksum is published.
   *
   * @minItems 1
   */
  url?: string | string[];
  /**
   * SHA-256 of the file at url or path, checked before anything is unpacked.
   */
  sha256?: string;
  /**
   * Size of the file at url or path.
   */
  bytes?: number;
  /**
   * A corpus that comes with the package: "typescript" has the German and English messages of the TypeScript compiler.
   */
  embedded?: 'typescript';
  /**
   * How the files are laid out: "parallel" has train.de, train.en, valid.de and so on, one sentence a line; "iwslt14" is the release of the IWSLT 2014 evaluation.
   */
  format: 'parallel' | 'iwslt14';
  /**
   * Language to translate from, ISO 639-1.
   */
  source: string;
  /**
   * Language to translate into, ISO 639-1.
   */
  target: string;
  /**
   * The files and folders to keep, all if absent. * and ? stand for characters of a name, ** for any folders.
   *
   * @minItems 1
   */
  include?: string[];
  /**
   * Most bytes that may be downloaded, and that all files together may have when unpacked.
   */
  maxBytes: number;
  /**
   * Most files that may be unpacked.
   */
  maxFiles: number;
}

/**
 * Parameters of the stage type `finetune`.
 */
export interface FinetuneParams {
  /**
   * Updates of this stage.
   */
  updates: number;
  /**
   * Start from the supernet's weights and moments and continue its schedule, or from scratch.
   */
  inherit: boolean;
  /**
   * Checkpoints, each at the end of an epoch, whose mean the model is.
   */
  averageEpochs: number;
  /**
   * After embeddings and after each sub-layer. Absent: as the supernet was trained.
   */
  dropout?: number;
  /**
   * On the normalised kernels of convolutions. Absent: as the supernet was trained.
   */
  weightDropout?: number;
  /**
   * Size of a batch: sentences × longest side at most. Absent: as the supernet was trained.
   */
  maxTokens?: number;
  /**
   * At the end of warm-up; then it falls with the inverse square root of the update. Absent: as the supernet was trained.
   */
  learningRate?: number;
  /**
   * Before the first update. Absent: as the supernet was trained.
   */
  initialRate?: number;
  /**
   * Updates of linear warm-up. Absent: as the supernet was trained.
   */
  warmup?: number;
  /**
   * Share of the loss that is spread over the whole vocabulary. Absent: as the supernet was trained.
   */
  labelSmoothing?: number;
  /**
   * Decoupled, on all parameters. Absent: as the supernet was trained.
   */
  weightDecay?: number;
  /**
   * Longest gradient (0: any). Absent: as the supernet was trained.
   */
  clipNorm?: number;
  /**
   * Target tokens of validation on which losses are measured; drawn anew by each stage, the same for all candidates of a ranking.
   */
  validationTokens: number;
}

/**
 * Parameters of the stage type `preprocess`.
 */
export interface PreprocessParams {
  /**
   * How the raw files are read and split: `parallel` takes train, valid and test as they are; `iwslt14` reads the files of the IWSLT'14 archive and takes every 23rd training pair for validation; `auto` goes by the format of the raw corpus.
   */
  recipe: 'auto' | 'parallel' | 'iwslt14';
  /**
   * BPE merge operations to learn on the training text of both languages together.
   */
  merges: number;
  /**
   * Fewest tokens, before BPE, on either side of a training pair.
   */
  minLength: number;
  /**
   * Most tokens, before BPE, on either side of a training pair.
   */
  maxLength: number;
  /**
   * A training pair is dropped if one side has more than this many times the tokens of the other.
   */
  ratio: number;
  /**
   * Whether all text is lowercased, as published IWSLT'14 figures assume.
   */
  lowercase: boolean;
}

/**
 * Parameters of the stage type `search`.
 */
export interface SearchParams {
  /**
   * n of Algorithm 1: subnets in a population, and in the space that comes out.
   */
  population: number;
  /**
   * i of Algorithm 1.
   */
  iterations: number;
  /**
   * p: share of a population that is kept.
   */
  parents: number;
  /**
   * m: share that is made by mutation.
   */
  mutants: number;
  /**
   * c: share that is made by crossover. p + m + c = 1.
   */
  crossovers: number;
  /**
   * Probability that a gene of a mutant is drawn anew.
   */
  mutationProbability: number;
  /**
   * Target tokens of validation on which losses are measured; drawn anew by each stage, the same for all candidates of a ranking.
   */
  validationTokens: number;
  /**
   * Of the validation loss that candidates are ranked by.
   */
  labelSmoothing: number;
  /**
   * P: parameters (layers only) above which a candidate is penalised. Absent: no penalty, and large subnets win.
   */
  budget?: number;
  /**
   * λ in loss + λ · max(0, parameters / P − 1).
   */
  penalty: number;
  /**
   * Parameters (layers only) above which a candidate is out of the question.
   */
  limit?: number;
}

/**
 * Parameters of the stage type `shrink`.
 */
export interface ShrinkParams {
  /**
   * What is kept: the whole space (naive), the best n of the sampled (top), the evolved population (evolution), or of that only the last parents (reduction), as in figure 3.
   */
  arm: 'naive' | 'top' | 'evolution' | 'reduction';
  /**
   * n of Algorithm 1: subnets in a population, and in the space that comes out.
   */
  population: number;
  /**
   * i of Algorithm 1.
   */
  iterations: number;
  /**
   * p: share of a population that is kept.
   */
  parents: number;
  /**
   * m: share that is made by mutation.
   */
  mutants: number;
  /**
   * c: share that is made by crossover. p + m + c = 1.
   */
  crossovers: number;
  /**
   * Probability that a gene of a mutant is drawn anew.
   */
  mutationProbability: number;
  /**
   * Target tokens of validation on which losses are measured; drawn anew by each stage, the same for all candidates of a ranking.
   */
  validationTokens: number;
  /**
   * Of the validation loss that candidates are ranked by.
   */
  labelSmoothing: number;
  /**
   * P: parameters (layers only) above which a candidate is penalised. Absent: no penalty, and large subnets win.
   */
  budget?: number;
  /**
   * λ in loss + λ · max(0, parameters / P − 1).
   */
  penalty: number;
  /**
   * Parameters (layers only) above which a candidate is out of the question.
   */
  limit?: number;
}

/**
 * Parameters of the stage type `train-supernet`.
 */
export interface TrainSupernetParams {
  /**
   * Updates of this stage.
   */
  updates: number;
  /**
   * Choices of the search space; the default is the paper's (section 5.3).
   */
  space: {
    /**
     * Embedding widths; encoder and decoder choose independently. Multiples of twice the greatest number of heads.
     *
     * @minItems 1
     */
    widths: number[];
    /**
     * Inner width of a feed-forward network as a multiple of the layer's width.
     *
     * @minItems 1
     */
    ratios: number[];
    /**
     * Attention heads and convolution groups of the mixing operators.
     *
     * @minItems 1
     */
    heads: number[];
    /**
     * Mixing operators.
     *
     * @minItems 1
     */
    operators: ('attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic')[];
    /**
     * Activations of the feed-forward networks.
     *
     * @minItems 1
     */
    activations: ('relu' | 'leaky-relu' | 'swish')[];
    /**
     * Encoder layers; the paper does not search their number.
     */
    encoderLayers: number;
    /**
     * Numbers of decoder layers.
     *
     * @minItems 1
     */
    decoderLayers: number[];
    /**
     * Heads of the cross-attention.
     *
     * @minItems 1
     */
    crossHeads: number[];
    /**
     * How many of the last encoder layers a cross-attention sees, joined along time.
     *
     * @minItems 1
     */
    spans: number[];
  };
  /**
   * Layer normalisation after the residual sum (post, as HAT and Lite Transformer on IWSLT) or before each sub-layer (pre).
   */
  norm: 'post' | 'pre';
  /**
   * After embeddings and after each sub-layer.
   */
  dropout: number;
  /**
   * On the normalised kernels of convolutions.
   */
  weightDropout: number;
  /**
   * Convolution kernel of each layer, on both sides; deeper layers take the last.
   *
   * @minItems 1
   */
  kernels: number[];
  /**
   * Size of a batch: sentences × longest side at most.
   */
  maxTokens: number;
  /**
   * At the end of warm-up; then it falls with the inverse square root of the update.
   */
  learningRate: number;
  /**
   * Before the first update.
   */
  initialRate: number;
  /**
   * Updates of linear warm-up.
   */
  warmup: number;
  /**
   * Share of the loss that is spread over the whole vocabulary.
   */
  labelSmoothing: number;
  /**
   * Decoupled, on all parameters.
   */
  weightDecay: number;
  /**
   * Longest gradient (0: any).
   */
  clipNorm: number;
  /**
   * Target tokens of validation on which losses are measured; drawn anew by each stage, the same for all candidates of a ranking.
   */
  validationTokens: number;
}

/**
 * A BLEU score: corpus BLEU of up to 4-grams, unsmoothed, on tokenised lowercased text.
 */
export interface BleuDocument {
  /**
   * What to show of it, in one line.
   */
  summary: string;
  split: 'test' | 'valid';
  sentences: number;
  /**
   * 0 to 100.
   */
  score: number;
  /**
   * @minItems 4
   * @maxItems 4
   */
  precisions: number[];
  brevityPenalty: number;
  ratio: number;
  hypothesisLength: number;
  referenceLength: number;
  /**
   * BLEU of the source text taken for a translation: what no knowledge gives.
   */
  copyingTheSource: number;
}

/**
 * A network in training: weights, moments and position. A supernet has a space, a single network an architecture.
 */
export type CheckpointDocument = {
  /**
   * What to show of it, in one line.
   */
  summary: string;
  /**
   * Language codes.
   */
  languages: {
    /**
     * To translate from.
     */
    source: string;
    /**
     * To translate to.
     */
    target: string;
  };
  /**
   * What all subnets share.
   */
  model: {
    /**
     * Size of the source dictionary.
     */
    sourceTypes: number;
    /**
     * Size of the target dictionary.
     */
    targetTypes: number;
    /**
     * @minItems 1
     */
    kernels: number[];
    norm: 'post' | 'pre';
    dropout: number;
    weightDropout: number;
  };
  /**
   * How it was trained, and is trained on.
   */
  training: {
    /**
     * Size of a batch: sentences × longest side at most.
     */
    maxTokens: number;
    /**
     * At the end of warm-up; then it falls with the inverse square root of the update.
     */
    learningRate: number;
    /**
     * Before the first update.
     */
    initialRate: number;
    /**
     * Updates of linear warm-up.
     */
    warmup: number;
    /**
     * Share of the loss that is spread over the whole vocabulary.
     */
    labelSmoothing: number;
    /**
     * Decoupled, on all parameters.
     */
    weightDecay: number;
    /**
     * Longest gradient (0: any).
     */
    clipNorm: number;
  };
  /**
   * How far training is.
   */
  progress: {
    /**
     * Updates made, over all stages.
     */
    updates: number;
    /**
     * Epochs begun before this one.
     */
    epoch: number;
    /**
     * Batches of this epoch that are used up.
     */
    batch: number;
  };
  /**
   * Choices of the search space; the default is the paper's (section 5.3).
   */
  space?: {
    /**
     * Embedding widths; encoder and decoder choose independently. Multiples of twice the greatest number of heads.
     *
     * @minItems 1
     */
    widths: number[];
    /**
     * Inner width of a feed-forward network as a multiple of the layer's width.
     *
     * @minItems 1
     */
    ratios: number[];
    /**
     * Attention heads and convolution groups of the mixing operators.
     *
     * @minItems 1
     */
    heads: number[];
    /**
     * Mixing operators.
     *
     * @minItems 1
     */
    operators: ('attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic')[];
    /**
     * Activations of the feed-forward networks.
     *
     * @minItems 1
     */
    activations: ('relu' | 'leaky-relu' | 'swish')[];
    /**
     * Encoder layers; the paper does not search their number.
     */
    encoderLayers: number;
    /**
     * Numbers of decoder layers.
     *
     * @minItems 1
     */
    decoderLayers: number[];
    /**
     * Heads of the cross-attention.
     *
     * @minItems 1
     */
    crossHeads: number[];
    /**
     * How many of the last encoder layers a cross-attention sees, joined along time.
     *
     * @minItems 1
     */
    spans: number[];
  };
  /**
   * One concrete network.
   */
  architecture?: {
    encoder: {
      /**
       * Embedding width.
       */
      width: number;
      /**
       * @minItems 1
       */
      layers: {
        /**
         * Mixing operator.
         */
        operator: 'attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic';
        /**
         * Attention heads, convolution groups.
         */
        heads: number;
        /**
         * Inner width of the feed-forward network.
         */
        inner: number;
        /**
         * Of the feed-forward network.
         */
        activation: 'relu' | 'leaky-relu' | 'swish';
      }[];
    };
    decoder: {
      /**
       * Embedding width.
       */
      width: number;
      /**
       * @minItems 1
       */
      layers: {
        /**
         * Mixing operator.
         */
        operator: 'attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic';
        /**
         * Attention heads, convolution groups.
         */
        heads: number;
        /**
         * Inner width of the feed-forward network.
         */
        inner: number;
        /**
         * Of the feed-forward network.
         */
        activation: 'relu' | 'leaky-relu' | 'swish';
        /**
         * Heads of the cross-attention.
         */
        crossHeads: number;
        /**
         * Encoder layers that the cross-attention sees, from the last.
         */
        span: number;
      }[];
    };
  };
} & {
  [k: string]: unknown;
};

export type CorpusDocumentLanguage = string;

/**
 * Parallel text as ids, ready for training.
 */
export interface CorpusDocument {
  /**
   * ISO 639-1 codes.
   */
  languages: {
    source: CorpusDocumentLanguage;
    target: CorpusDocumentLanguage;
  };
  /**
   * How the raw files were read and split.
   */
  recipe: 'parallel' | 'iwslt14';
  /**
   * BPE merge operations learned.
   */
  merges: number;
  /**
   * Whether the text was lowercased.
   */
  lowercase: boolean;
  dictionary: CorpusDocumentByRole;
  /**
   * Training pairs before cleaning.
   */
  rawPairs: number;
  /**
   * Training pairs after cleaning; for IWSLT'14 before validation is taken out.
   */
  cleanedPairs: number;
  splits: {
    train: CorpusDocumentSplit;
    valid: CorpusDocumentSplit;
    test: CorpusDocumentSplit;
  };
}
/**
 * Symbols of each dictionary, specials and fillers included.
 */
export interface CorpusDocumentByRole {
  source: number;
  target: number;
}
export interface CorpusDocumentSplit {
  /**
   * Sentence pairs.
   */
  pairs: number;
  tokens: CorpusDocumentByRole1;
  unknown: CorpusDocumentByRole2;
}
/**
 * Tokens, each sentence's </s> included.
 */
export interface CorpusDocumentByRole1 {
  source: number;
  target: number;
}
/**
 * Tokens that are not in the dictionary.
 */
export interface CorpusDocumentByRole2 {
  source: number;
  target: number;
}

/**
 * Curves and final values of a stage; no times, so that a repeated run writes the same.
 */
export interface MetricsDocument {
  /**
   * What to show of it, in one line.
   */
  summary: string;
  /**
   * By name, points [update, value].
   */
  series: {
    [k: string]: never[][];
  };
  /**
   * Final values by name.
   */
  values: {
    [k: string]: number;
  };
}

/**
 * A trained network by itself: nothing but its own parameters, and what it takes to translate with them.
 */
export interface ModelDocument {
  /**
   * What to show of it, in one line.
   */
  summary: string;
  /**
   * Language codes.
   */
  languages: {
    /**
     * To translate from.
     */
    source: string;
    /**
     * To translate to.
     */
    target: string;
  };
  /**
   * What all subnets share.
   */
  model: {
    /**
     * Size of the source dictionary.
     */
    sourceTypes: number;
    /**
     * Size of the target dictionary.
     */
    targetTypes: number;
    /**
     * @minItems 1
     */
    kernels: number[];
    norm: 'post' | 'pre';
    dropout: number;
    weightDropout: number;
  };
  /**
   * One concrete network.
   */
  architecture: {
    encoder: {
      /**
       * Embedding width.
       */
      width: number;
      /**
       * @minItems 1
       */
      layers: {
        /**
         * Mixing operator.
         */
        operator: 'attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic';
        /**
         * Attention heads, convolution groups.
         */
        heads: number;
        /**
         * Inner width of the feed-forward network.
         */
        inner: number;
        /**
         * Of the feed-forward network.
         */
        activation: 'relu' | 'leaky-relu' | 'swish';
      }[];
    };
    decoder: {
      /**
       * Embedding width.
       */
      width: number;
      /**
       * @minItems 1
       */
      layers: {
        /**
         * Mixing operator.
         */
        operator: 'attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic';
        /**
         * Attention heads, convolution groups.
         */
        heads: number;
        /**
         * Inner width of the feed-forward network.
         */
        inner: number;
        /**
         * Of the feed-forward network.
         */
        activation: 'relu' | 'leaky-relu' | 'swish';
        /**
         * Heads of the cross-attention.
         */
        crossHeads: number;
        /**
         * Encoder layers that the cross-attention sees, from the last.
         */
        span: number;
      }[];
    };
  };
  /**
   * Numbers of parameters.
   */
  parameters: {
    /**
     * Layers only: the paper's figure.
     */
    layers: number;
    /**
     * Layers and output projection: Lite Transformer's figure.
     */
    withOutput: number;
    /**
     * Embeddings included.
     */
    total: number;
  };
  /**
   * Updates that the last of the averaged weights has seen.
   */
  updates: number;
  /**
   * Checkpoints that the weights are the mean of.
   */
  averaged: number;
  /**
   * Losses of these weights on validation data, nats a token.
   */
  validation: {
    smoothed: number;
    likelihood: number;
  };
}

/**
 * Candidates with their scores, best first.
 */
export interface RankingDocument {
  /**
   * What to show of it, in one line.
   */
  summary: string;
  /**
   * Networks that were evaluated.
   */
  evaluations: number;
  /**
   * Target tokens that each was evaluated on.
   */
  validationTokens: number;
  /**
   * Best score of each iteration.
   */
  iterations: number[];
  candidates: {
    genes: string;
    score: number;
    /**
     * Layers only.
     */
    parameters: number;
  }[];
}

/**
 * Parallel text as it was published, before any step of preprocessing.
 */
export interface RawCorpusDocument {
  /**
   * How the files are laid out: `parallel` is train, valid and test with the language as extension; `iwslt14` is the content of the IWSLT'14 archive.
   */
  format: 'parallel' | 'iwslt14';
  /**
   * Language to translate from, ISO 639-1.
   */
  source: string;
  /**
   * Language to translate into, ISO 639-1.
   */
  target: string;
  /**
   * Where the files came from. `sha256` is that of the archive or, for a folder and an embedded corpus, of the list of its files as `sha256sum` prints it.
   */
  origin?: (
    | {
        path?: never;
        embedded?: never;
        version?: never;
      }
    | {
        url?: never;
        embedded?: never;
        version?: never;
      }
    | {
        url?: never;
        path?: never;
        bytes?: never;
      }
  ) & {
    /**
     * The first of the mirrors, whichever answered.
     */
    url?: string;
    /**
     * Last part of the path.
     */
    path?: string;
    /**
     * Name of a corpus that comes with the package.
     */
    embedded?: 'typescript';
    /**
     * Version of the npm package that an embedded corpus is made from.
     */
    version?: string;
    bytes?: number;
    sha256: string;
  };
  /**
   * Every file below `files/`.
   *
   * @minItems 1
   */
  files: {
    /**
     * Below `files/`, with forward slashes.
     */
    path: string;
    bytes: number;
    sha256: string;
  }[];
}

/**
 * Where training draws its subnets from.
 */
export interface SampleSpaceDocument {
  /**
   * What to show of it, in one line.
   */
  summary: string;
  /**
   * Choices of the search space; the default is the paper's (section 5.3).
   */
  space: {
    /**
     * Embedding widths; encoder and decoder choose independently. Multiples of twice the greatest number of heads.
     *
     * @minItems 1
     */
    widths: number[];
    /**
     * Inner width of a feed-forward network as a multiple of the layer's width.
     *
     * @minItems 1
     */
    ratios: number[];
    /**
     * Attention heads and convolution groups of the mixing operators.
     *
     * @minItems 1
     */
    heads: number[];
    /**
     * Mixing operators.
     *
     * @minItems 1
     */
    operators: ('attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic')[];
    /**
     * Activations of the feed-forward networks.
     *
     * @minItems 1
     */
    activations: ('relu' | 'leaky-relu' | 'swish')[];
    /**
     * Encoder layers; the paper does not search their number.
     */
    encoderLayers: number;
    /**
     * Numbers of decoder layers.
     *
     * @minItems 1
     */
    decoderLayers: number[];
    /**
     * Heads of the cross-attention.
     *
     * @minItems 1
     */
    crossHeads: number[];
    /**
     * How many of the last encoder layers a cross-attention sees, joined along time.
     *
     * @minItems 1
     */
    spans: number[];
  };
  /**
   * Genes of the subnets, a base-36 digit each in the order of the space's positions; null: the whole space.
   *
   * @minItems 1
   */
  candidates: string[] | null;
}

/**
 * A subnet that a search found.
 */
export interface SubnetDocument {
  /**
   * What to show of it, in one line.
   */
  summary: string;
  /**
   * Its genes, a base-36 digit each.
   */
  genes: string;
  /**
   * One concrete network.
   */
  architecture: {
    encoder: {
      /**
       * Embedding width.
       */
      width: number;
      /**
       * @minItems 1
       */
      layers: {
        /**
         * Mixing operator.
         */
        operator: 'attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic';
        /**
         * Attention heads, convolution groups.
         */
        heads: number;
        /**
         * Inner width of the feed-forward network.
         */
        inner: number;
        /**
         * Of the feed-forward network.
         */
        activation: 'relu' | 'leaky-relu' | 'swish';
      }[];
    };
    decoder: {
      /**
       * Embedding width.
       */
      width: number;
      /**
       * @minItems 1
       */
      layers: {
        /**
         * Mixing operator.
         */
        operator: 'attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic';
        /**
         * Attention heads, convolution groups.
         */
        heads: number;
        /**
         * Inner width of the feed-forward network.
         */
        inner: number;
        /**
         * Of the feed-forward network.
         */
        activation: 'relu' | 'leaky-relu' | 'swish';
        /**
         * Heads of the cross-attention.
         */
        crossHeads: number;
        /**
         * Encoder layers that the cross-attention sees, from the last.
         */
        span: number;
      }[];
    };
  };
  /**
   * Numbers of parameters.
   */
  parameters: {
    /**
     * Layers only: the paper's figure.
     */
    layers: number;
    /**
     * Layers and output projection: Lite Transformer's figure.
     */
    withOutput: number;
    /**
     * Embeddings included.
     */
    total: number;
  };
  /**
   * What it was ranked by: loss and penalty.
   */
  score: number;
  /**
   * Label-smoothed validation loss with inherited weights, nats a token.
   */
  loss: number;
}

/**
 * Translations of a split, in its order.
 */
export interface TranslationsDocument {
  /**
   * What to show of it, in one line.
   */
  summary: string;
  split: 'test' | 'valid';
  sentences: number;
  beam: number;
  /**
   * Mean of log p / length^α.
   */
  meanScore: number;
}
