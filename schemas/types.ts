// Generated from schemas/stages and schemas/artifacts by "npm run generate"; do not edit.

/**
 * Parameters of the stage type `benchmark`.
 */
export interface BenchmarkParams {
  /**
   * A JSON file of the form of trainings.json, relative to the working directory.
   */
  file: string;
}

/**
 * Parameters of the stage type `bleu`.
 */
export interface BleuParams {
  /**
   * What to translate: `valid`, a test set by its name, or `test` for all test sets, each scored by itself.
   */
  split: string;
  /**
   * Hypotheses kept at each step.
   */
  beam: number;
  /**
   * Hypotheses of each sentence to keep with their scores, at most as many as beam.
   */
  nBest: number;
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
 * Parameters of the stage type `bleu-onnx`.
 */
export interface BleuOnnxParams {
  /**
   * What to translate: `valid`, a test set by its name, or `test` for all test sets, each scored by itself.
   */
  split: string;
  /**
   * Hypotheses kept at each step.
   */
  beam: number;
  /**
   * Hypotheses of each sentence to keep with their scores, at most as many as beam.
   */
  nBest: number;
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
 * Parameters of the stage type `choose`.
 */
export interface ChooseParams {
  /**
   * Candidates that are trained at the first rung, for each limit; those by name not counted.
   */
  pool: number;
  /**
   * Bins of size between floor and limit. The pool is filled evenly from strata of decoder width and bin: in the order of the ranking, then with random networks, so that no width takes all.
   */
  sizeBins: number;
  /**
   * Share of the pool that is drawn at random within the bounds, whatever its stratum. 1: no ranking has a say.
   */
  random: number;
  /**
   * Networks that join the pool: a base-36 digit for each gene, or `smallest` or `largest`.
   */
  named: string[];
  /**
   * Search space of the genes, where neither a supernet nor a sample space is connected.
   */
  space?: {
    /**
     * Embedding widths; encoder and decoder choose independently. Multiples of twice the greatest number of heads; with an `attentionWidth` and attention alone, any.
     *
     * @minItems 1
     */
    widths: number[];
    /**
     * Inner width of a feed-forward network as a multiple of the layer's width. Not used where there are `inners`.
     *
     * @minItems 1
     */
    ratios: number[];
    /**
     * Inner widths as they are, whatever the layer's width (HAT: 512, 1024, 2048). Absent: `ratios` have them.
     *
     * @minItems 1
     */
    inners?: number[];
    /**
     * Attention heads and convolution groups of the mixing operators.
     *
     * @minItems 1
     */
    heads: number[];
    /**
     * Width of query, key and value of every attention, which heads divide among them (HAT: 512). Absent: that of the layer.
     */
    attentionWidth?: number;
    /**
     * Mixing operators.
     *
     * @minItems 1
     *
     * Items: Mixing operator.
     */
    operators: ('attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic')[];
    /**
     * Activations of the feed-forward networks.
     *
     * @minItems 1
     *
     * Items: Activation of the feed-forward network.
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
   * Steps of successive halving. The last one keeps 1.
   *
   * @minItems 1
   */
  rungs: {
    /**
     * Updates that each candidate has been trained by at this rung, in all.
     */
    updates: number;
    /**
     * Candidates that go on, for each limit.
     */
    keep: number;
  }[];
  /**
   * What is trained instead where no compiled kernels compute, on the engines `wasm` and `cpu`: they take about ten times as long. Absent: the same.
   */
  withoutKernels?: {
    /**
     * As `pool` beside it.
     */
    pool: number;
    /**
     * Steps of successive halving. The last one keeps 1.
     *
     * @minItems 1
     */
    rungs: {
      /**
       * Updates that each candidate has been trained by at this rung, in all.
       */
      updates: number;
      /**
       * Candidates that go on, for each limit.
       */
      keep: number;
    }[];
  };
  /**
   * Sizes to choose a network for, each with its own competition. Absent: one competition within floor and limit.
   *
   * @minItems 1
   */
  front?: {
    /**
     * Parameters (layers only) that the network has at most.
     */
    limit: number;
    /**
     * Parameters that it has at least. Absent: as `floor` says.
     */
    floor?: number;
  }[];
  /**
   * Parameters (layers only) above which a candidate is out of the question.
   */
  limit?: number;
  /**
   * Parameters in all (embeddings and output matrix included) above which a candidate is out of the question.
   */
  totalLimit?: number;
  /**
   * Multiply-adds (layers only, 30 tokens a side, as Lite Transformer counts) above which a candidate is out of the question.
   */
  operationsLimit?: number;
  /**
   * Milliseconds above which a candidate is out of the question, measured on this machine: one sentence of 23 tokens, beam 5. The result repeats on the same machine only.
   */
  latencyLimit?: number;
  /**
   * Milliseconds above which a candidate is out of the question, predicted by the connected predictor: the latency itself is not measured.
   */
  predictedLatencyLimit?: number;
  /**
   * Parameters (layers only) below which a candidate is out of the question.
   */
  floor?: number;
  /**
   * Parameters in all (embeddings and output matrix included) below which a candidate is out of the question.
   */
  totalFloor?: number;
  /**
   * Multiply-adds (layers only, 30 tokens a side) below which a candidate is out of the question.
   */
  operationsFloor?: number;
  /**
   * Milliseconds below which a candidate is out of the question, measured as for the limit.
   */
  latencyFloor?: number;
  /**
   * Milliseconds below which a candidate is out of the question, predicted as for the limit.
   */
  predictedLatencyFloor?: number;
  /**
   * Most checkpoints whose mean is measured: those at the ends of the last epochs in the last fifth of the updates, and that after the last update.
   */
  averageEpochs: number;
  /**
   * Target tokens of validation on which losses are measured, the same for all candidates at all rungs.
   */
  validationTokens: number;
  /**
   * Sentences that the sample is drawn from: the half by their numbers that is for choosing (`choose`; the other, `report`, is for what is told of the network then), or all.
   */
  validationHalf: 'choose' | 'all';
  /**
   * Layer normalisation after the residual sum (post) or before each sub-layer (pre). Absent: as the supernet was trained, without one post.
   */
  norm?: 'post' | 'pre';
  /**
   * Convolution kernel of each layer, on both sides; deeper layers take the last. Absent: as the supernet was trained, without one 3, 7, 15, 31.
   *
   * @minItems 1
   */
  kernels?: number[];
  /**
   * After embeddings and after each sub-layer. Absent: as the supernet was trained, without one 0.2.
   */
  dropout?: number;
  /**
   * On the weights of attention, that to the source included (LightConv: 0.1). Absent: as the supernet was trained, without one 0.
   */
  attentionDropout?: number;
  /**
   * On the normalised kernels of convolutions. Absent: as the supernet was trained, without one 0.1.
   */
  weightDropout?: number;
  /**
   * Size of a batch: sentences × longest side at most. Absent: as the supernet was trained, without one 4096.
   */
  maxTokens?: number;
  /**
   * At the end of warm-up; then it falls with the inverse square root of the update. Absent: as the supernet was trained, without one 0.0005.
   */
  learningRate?: number;
  /**
   * Before the first update. Absent: as the supernet was trained, without one 1e-7.
   */
  initialRate?: number;
  /**
   * Updates of linear warm-up. Absent: as the supernet was trained, without one 4000.
   */
  warmup?: number;
  /**
   * Share of the loss that is spread over the whole vocabulary. Absent: as the supernet was trained, without one 0.1.
   */
  labelSmoothing?: number;
  /**
   * Which entries of the dictionary the share is spread over, beside labelSmoothing: all (`dictionary`: HAT, Lite Transformer) or all but the target (`others`: fairseq now). Absent: `dictionary`.
   */
  smoothing?: 'dictionary' | 'others';
  /**
   * Decoupled, on all parameters. Absent: as the supernet was trained, without one 0.0001.
   */
  weightDecay?: number;
  /**
   * Longest gradient (0: any). Absent: as the supernet was trained, without one 0.
   */
  clipNorm?: number;
}

/**
 * Parameters of the stage type `compare`.
 */
export interface CompareParams {
  /**
   * Of all intervals.
   */
  confidence: number;
  /**
   * Resamples of seeds and sentences that the intervals of differences come from. No p-value is below 1 / (resamples + 1).
   */
  resamples: number;
}

/**
 * Parameters of the stage type `divergence`.
 */
export interface DivergenceParams {
  /**
   * Subnets drawn of each population; all their pairs are compared.
   */
  subnets: number;
  /**
   * Target tokens of validation that outputs are compared on; the same for all, and for all stages of this type in a run.
   */
  validationTokens: number;
  /**
   * Bootstrap resamples, over subnets, for the 95 % intervals.
   */
  resamples: number;
  /**
   * Choices of the mixing operator to put in place of another. Absent: the fewest heads of attention for the most, and dynamic convolution for attention, as far as the space has them.
   */
  substitutions?: {
    /**
     * What all layers have.
     */
    before: {
      /**
       * Mixing operator.
       */
      operator: 'attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic';
      /**
       * Attention heads and convolution groups.
       */
      heads: number;
    };
    /**
     * What takes its place in one layer.
     */
    after: {
      /**
       * Mixing operator.
       */
      operator: 'attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic';
      /**
       * Attention heads and convolution groups.
       */
      heads: number;
    };
  }[];
  /**
   * The sub-layer whose outputs are given by token and channel, for one sentence.
   */
  heatMap: {
    /**
     * Side of the network.
     */
    part: 'encoder' | 'decoder';
    /**
     * From 0.
     */
    layer: number;
  };
}

/**
 * Parameters of the stage type `export`.
 */
export interface ExportParams {
  /**
   * Of linear maps and embeddings: as they are, or 8-bit whole numbers by dynamic quantisation.
   */
  precision: 'float32' | 'int8';
}

/**
 * Parameters of the stage type `fetch`.
 */
export type FetchParams = (
  | {
      [k: string]: unknown;
    }
  | {
      path: string;
    }
) & {
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
   * How the files are laid out: "parallel" is text in files for each split, called train.de, val.de, test_2016.de and so on, or as `splits` says; "iwslt14" is the release of the IWSLT 2014 evaluation.
   */
  format: 'parallel' | 'iwslt14';
  /**
   * Language to translate from: an ISO 639 code, with a region or without.
   */
  source: string;
  /**
   * Language to translate into, another one.
   */
  target: string;
  /**
   * Which text each split is, for the format "parallel". Absent: by the names that are usual.
   */
  splits?: {
    /**
     * A pattern of files, or several, whose text is joined in their order. {lang} is the language of the side, {src} and {tgt} those of both, {a|b} what the sides are called; * and ? stand for characters of a name, ** for any. Without a folder, it is looked for in any. One file for both sides is a table (.tsv, with `:1,2` behind it for the columns), .tmx, or WMT's .xml.
     */
    train?: string | string[];
    /**
     * Files as for `train`, or what to take out of the cleaned training pairs, all duplicates of a pair with it: `every` n-th pair, or a sample of so many `pairs`.
     */
    valid?:
      | string
      | string[]
      | {
          /**
           * Every so-manieth pair.
           */
          every: number;
        }
      | {
          /**
           * Pairs at most.
           */
          pairs: number;
          /**
           * Of the sample; 1 if absent.
           */
          seed?: number;
        };
    /**
     * Files as for `train`, or what to take out of the cleaned training pairs, all duplicates of a pair with it: `every` n-th pair, or a sample of so many `pairs`.
     */
    test?:
      | string
      | string[]
      | {
          /**
           * Every so-manieth pair.
           */
          every: number;
        }
      | {
          /**
           * Pairs at most.
           */
          pairs: number;
          /**
           * Of the sample; 1 if absent.
           */
          seed?: number;
        };
    /**
     * Further test sets, by name.
     */
    tests?: {
      /**
       * Files as for `train`, or what to take out of the cleaned training pairs, all duplicates of a pair with it: `every` n-th pair, or a sample of so many `pairs`.
       */
      [k: string]:
        | string
        | string[]
        | {
            /**
             * Every so-manieth pair.
             */
            every: number;
          }
        | {
            /**
             * Pairs at most.
             */
            pairs: number;
            /**
             * Of the sample; 1 if absent.
             */
            seed?: number;
          };
    };
  };
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
};

/**
 * Parameters of the stage type `finetune`.
 */
export interface FinetuneParams {
  /**
   * Updates of this stage. 0: the model is the network with the weights that it inherits, which there must be, to be scored or used as it is.
   */
  updates: number;
  /**
   * Start from the supernet's weights and moments and continue its schedule, or from scratch on its terms. Without a supernet it is from scratch anyway.
   */
  inherit: boolean;
  /**
   * Only weights are inherited: moments, schedule and batches begin anew, so that the rate is as high as it was for the supernet.
   */
  rewind: boolean;
  /**
   * Checkpoints, each at the end of an epoch, whose mean the model is.
   */
  averageEpochs: number;
  /**
   * The mean is of no more than the last fifth of the updates, with the weights after the last one: where training is short, earlier epochs are those of a worse network.
   */
  lastFifth: boolean;
  /**
   * Layer normalisation after the residual sum (post) or before each sub-layer (pre). Absent: as the supernet or the subnet says.
   */
  norm?: 'post' | 'pre';
  /**
   * Convolution kernel of each layer, on both sides; deeper layers take the last. Absent: as the supernet or the subnet says.
   *
   * @minItems 1
   */
  kernels?: number[];
  /**
   * After embeddings and after each sub-layer. Absent: as the supernet was trained, without one 0.2.
   */
  dropout?: number;
  /**
   * On the weights of attention, that to the source included (LightConv: 0.1). Absent: as the supernet was trained, without one 0.
   */
  attentionDropout?: number;
  /**
   * On the normalised kernels of convolutions. Absent: as the supernet was trained, without one 0.1.
   */
  weightDropout?: number;
  /**
   * Size of a batch: sentences × longest side at most. Absent: as the supernet was trained, without one 4096.
   */
  maxTokens?: number;
  /**
   * At the end of warm-up; then it falls with the inverse square root of the update. Absent: as the supernet was trained, without one 0.0005.
   */
  learningRate?: number;
  /**
   * Before the first update. Absent: as the supernet was trained, without one 1e-7.
   */
  initialRate?: number;
  /**
   * Updates of linear warm-up. Absent: as the supernet was trained, without one 4000.
   */
  warmup?: number;
  /**
   * Share of the loss that is spread over the whole vocabulary. Absent: as the supernet was trained, without one 0.1.
   */
  labelSmoothing?: number;
  /**
   * Which entries of the dictionary the share is spread over, beside labelSmoothing: all (`dictionary`: HAT, Lite Transformer) or all but the target (`others`: fairseq now). Absent: `dictionary`.
   */
  smoothing?: 'dictionary' | 'others';
  /**
   * Decoupled, on all parameters. Absent: as the supernet was trained, without one 0.0001.
   */
  weightDecay?: number;
  /**
   * Longest gradient (0: any). Absent: as the supernet was trained, without one 0.
   */
  clipNorm?: number;
  /**
   * Target tokens of validation on which losses before and after are measured; a sample of this stage's own, not the one that the network was chosen on.
   */
  validationTokens: number;
  /**
   * Sentences that the sample is drawn from: all, or the half by their numbers that no network was chosen on (`report`, beside the stage `choose`).
   */
  validationHalf: 'all' | 'report';
}

/**
 * Parameters of the stage type `fit-predictor`.
 */
export interface FitPredictorParams {
  /**
   * HAT's multi-layer perceptron, or boosted trees.
   */
  kind: 'mlp' | 'trees';
  /**
   * What a predictor is told of a network: HAT's ten features, or these with the shares of each operator and activation.
   */
  features: 'hat' | 'mixed';
  /**
   * How many features are kept, those with the greatest |Kendall's τ| with the latency (RankNAS keeps five). Absent: all.
   */
  keep?: number;
  /**
   * Deviation over mean above which a network is left out.
   */
  noise: number;
  /**
   * Of the perceptron.
   */
  updates: number;
  /**
   * Of the perceptron: Adam's.
   */
  learningRate: number;
}

/**
 * Parameters of the stage type `losses`.
 */
export interface LossesParams {
  /**
   * What to measure on, all of it: `valid`, test sets by name, or `test` for all test sets.
   *
   * @minItems 1
   *
   * Items: `valid`, or a test set by its name.
   */
  splits: string[];
  /**
   * Of the smoothed loss. The other is the negative log-likelihood.
   */
  labelSmoothing: number;
  /**
   * Which entries of the dictionary the share is spread over: all (`dictionary`: HAT, Lite Transformer) or all but the target (`others`: fairseq now).
   */
  smoothing: 'dictionary' | 'others';
}

/**
 * Parameters of the stage type `measure-latencies`.
 */
export interface MeasureLatenciesParams {
  /**
   * Networks to measure, drawn at random from all of the space.
   */
  count: number;
  /**
   * Deviation over mean above which a network is measured again.
   */
  noise: number;
  /**
   * How often a network is measured at most; the attempt that varies least counts.
   */
  attempts: number;
  /**
   * Search space, where no supernet is connected.
   */
  space?: {
    /**
     * Embedding widths; encoder and decoder choose independently. Multiples of twice the greatest number of heads; with an `attentionWidth` and attention alone, any.
     *
     * @minItems 1
     */
    widths: number[];
    /**
     * Inner width of a feed-forward network as a multiple of the layer's width. Not used where there are `inners`.
     *
     * @minItems 1
     */
    ratios: number[];
    /**
     * Inner widths as they are, whatever the layer's width (HAT: 512, 1024, 2048). Absent: `ratios` have them.
     *
     * @minItems 1
     */
    inners?: number[];
    /**
     * Attention heads and convolution groups of the mixing operators.
     *
     * @minItems 1
     */
    heads: number[];
    /**
     * Width of query, key and value of every attention, which heads divide among them (HAT: 512). Absent: that of the layer.
     */
    attentionWidth?: number;
    /**
     * Mixing operators.
     *
     * @minItems 1
     *
     * Items: Mixing operator.
     */
    operators: ('attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic')[];
    /**
     * Activations of the feed-forward networks.
     *
     * @minItems 1
     *
     * Items: Activation of the feed-forward network.
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
   * Convolution kernel of each layer, on both sides; deeper layers take the last.
   *
   * @minItems 1
   */
  kernels: number[];
  /**
   * Layer normalisation after the residual sum (post) or before each sub-layer (pre).
   */
  norm: 'post' | 'pre';
}

/**
 * Parameters of the stage type `pool`.
 */
export interface PoolParams {
  /**
   * Choices of the search space; the default is the paper's (section 5.3).
   */
  space: {
    /**
     * Embedding widths; encoder and decoder choose independently. Multiples of twice the greatest number of heads; with an `attentionWidth` and attention alone, any.
     *
     * @minItems 1
     */
    widths: number[];
    /**
     * Inner width of a feed-forward network as a multiple of the layer's width. Not used where there are `inners`.
     *
     * @minItems 1
     */
    ratios: number[];
    /**
     * Inner widths as they are, whatever the layer's width (HAT: 512, 1024, 2048). Absent: `ratios` have them.
     *
     * @minItems 1
     */
    inners?: number[];
    /**
     * Attention heads and convolution groups of the mixing operators.
     *
     * @minItems 1
     */
    heads: number[];
    /**
     * Width of query, key and value of every attention, which heads divide among them (HAT: 512). Absent: that of the layer.
     */
    attentionWidth?: number;
    /**
     * Mixing operators.
     *
     * @minItems 1
     *
     * Items: Mixing operator.
     */
    operators: ('attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic')[];
    /**
     * Activations of the feed-forward networks.
     *
     * @minItems 1
     *
     * Items: Activation of the feed-forward network.
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
   * Convolution kernel of each layer, on both sides; deeper layers take the last.
   *
   * @minItems 1
   */
  kernels: number[];
  /**
   * Layer normalisation after the residual sum (post) or before each sub-layer (pre).
   */
  norm: 'post' | 'pre';
  /**
   * Networks to draw, as many as there are; those that are named come on top.
   */
  count: number;
  /**
   * Parameters (layers only) of the smallest networks that are drawn, at least.
   */
  from: number;
  /**
   * Parameters of the largest, at most.
   */
  to: number;
  /**
   * Bins of equal extent between the two; each with each decoder width is a stratum.
   */
  bins: number;
  /**
   * Draws without a new network of the stratum after which it is taken for exhausted.
   */
  draws: number;
  /**
   * Networks to have in any case, such as hand designs, whatever their size.
   */
  named: {
    /**
     * What people call the network, such as a hand design.
     */
    name: string;
    /**
     * A base-36 digit each, as subnet and ranking artifacts have them; or `smallest` or `largest`, as for the stage type subnet.
     */
    genes: string;
  }[];
}

/**
 * Parameters of the stage type `preprocess`.
 */
export interface PreprocessParams {
  /**
   * How the raw files are read and split: `parallel` takes text in files for each split; `iwslt14` reads the files of the IWSLT'14 archive and takes every 23rd training pair for validation; `auto` goes by the format of the raw corpus.
   */
  recipe: 'auto' | 'parallel' | 'iwslt14';
  /**
   * BPE merge operations to learn on the training text of both languages together. Not used where there are codes already.
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
   * Whether all text is lowercased, as published IWSLT'14 figures assume. Not used where the corpus is prepared like another.
   */
  lowercase: boolean;
  /**
   * BPE codes of others, as subword-nmt or fastBPE write them, to use instead of learning some.
   */
  codes?: string;
  /**
   * Dictionary of the source language of others, as fairseq writes it, to use as it is.
   */
  sourceDictionary?: string;
  /**
   * The same of the target language; both or none.
   */
  targetDictionary?: string;
}

/**
 * Parameters of the stage type `rank-by-predictor`.
 */
export interface RankByPredictorParams {
  /**
   * Networks whose loss with inherited weights the ranker learns from.
   */
  labels: number;
  /**
   * Trees that learn the order of pairs (RankNAS's paper), or the losses themselves (as it was released).
   */
  objective: 'pairwise' | 'regression';
  /**
   * What a predictor is told of a network: HAT's ten features, or these with the shares of each operator and activation.
   */
  features: 'hat' | 'mixed';
  /**
   * How many features candidates may differ by: genes that decide none of the most important ones are those of the best network that the ranker learned from. Absent: nothing is pruned.
   */
  importantFeatures?: number;
  /**
   * What makes a feature important: how much worse the ranker orders networks that it was not fitted to when the feature is shuffled, or its |Kendall's τ| with the loss.
   */
  importance: 'permutation' | 'tau';
  /**
   * Whether candidates are drawn at random, or bred by evolution on the ranker's scores.
   */
  propose: 'random' | 'bred';
  /**
   * Candidates that the ranker scores; of bred ones, 100 generations of a hundredth of them.
   */
  candidates: number;
  /**
   * How many of the best are given.
   */
  keep: number;
  /**
   * Updates of its own that each candidate makes from the supernet's weights before its loss is measured, all on the same batches; 0 is the paper's evaluation.
   */
  adaptUpdates: number;
  /**
   * Target tokens of validation on which losses are measured; drawn anew by each stage, the same for all candidates of a ranking.
   */
  validationTokens: number;
  /**
   * Of the validation loss that candidates are ranked by.
   */
  labelSmoothing: number;
  /**
   * Which entries of the dictionary the share is spread over: all (`dictionary`: HAT, Lite Transformer) or all but the target (`others`: fairseq now).
   */
  smoothing: 'dictionary' | 'others';
  /**
   * P: parameters (layers only) above which a candidate is penalised. Absent: no penalty, and large subnets win.
   */
  budget?: number;
  /**
   * Parameters in all (embeddings and output matrix included) above which a candidate is penalised likewise. Absent: no penalty.
   */
  totalBudget?: number;
  /**
   * Multiply-adds (layers only, 30 tokens a side, as Lite Transformer counts) above which a candidate is penalised likewise. Absent: no penalty.
   */
  operationsBudget?: number;
  /**
   * Milliseconds above which a candidate is penalised likewise, measured as for latencyLimit. Absent: no penalty.
   */
  latencyBudget?: number;
  /**
   * Milliseconds above which a candidate is penalised likewise, predicted by the connected predictor. Absent: no penalty.
   */
  predictedLatencyBudget?: number;
  /**
   * λ in loss + λ · max(0, parameters / P − 1), and of the penalties for multiply-adds and latency.
   */
  penalty: number;
  /**
   * Parameters (layers only) above which a candidate is out of the question.
   */
  limit?: number;
  /**
   * Parameters in all (embeddings and output matrix included) above which a candidate is out of the question.
   */
  totalLimit?: number;
  /**
   * Multiply-adds (layers only, 30 tokens a side, as Lite Transformer counts) above which a candidate is out of the question.
   */
  operationsLimit?: number;
  /**
   * Milliseconds above which a candidate is out of the question, measured on this machine: one sentence of 23 tokens, beam 5. The result repeats on the same machine only.
   */
  latencyLimit?: number;
  /**
   * Milliseconds above which a candidate is out of the question, predicted by the connected predictor: the latency itself is not measured.
   */
  predictedLatencyLimit?: number;
  /**
   * Parameters (layers only) below which a candidate is out of the question.
   */
  floor?: number;
  /**
   * Parameters in all (embeddings and output matrix included) below which a candidate is out of the question.
   */
  totalFloor?: number;
  /**
   * Multiply-adds (layers only, 30 tokens a side) below which a candidate is out of the question.
   */
  operationsFloor?: number;
  /**
   * Milliseconds below which a candidate is out of the question, measured as for the limit.
   */
  latencyFloor?: number;
  /**
   * Milliseconds below which a candidate is out of the question, predicted as for the limit.
   */
  predictedLatencyFloor?: number;
}

/**
 * Parameters of the stage type `rank-networks`.
 */
export interface RankNetworksParams {
  /**
   * Update of the curves whose loss ranks, where no supernet does.
   */
  at?: number;
  /**
   * Networks to rank: one half, by a hash of their genes, to choose remedies on, the other to report them on; or all.
   */
  half: 'choose' | 'report' | 'all';
  /**
   * Bins of equal extent between the smallest and the largest of all networks, for the correlation within one size.
   */
  bins: number;
  /**
   * Bootstrap resamples, over networks, for the 95 % intervals.
   */
  resamples: number;
  /**
   * Updates of its own that each candidate makes from the supernet's weights before its loss is measured, all on the same batches; 0 is the paper's evaluation.
   */
  adaptUpdates: number;
  /**
   * Target tokens of validation on which the supernet is measured, the same for all networks.
   */
  validationTokens: number;
  /**
   * Share of the loss that is spread over the whole vocabulary.
   */
  labelSmoothing: number;
  /**
   * Which entries of the dictionary the share is spread over: all (`dictionary`: HAT, Lite Transformer) or all but the target (`others`: fairseq now).
   */
  smoothing: 'dictionary' | 'others';
}

/**
 * Parameters of the stage type `search`.
 */
export interface SearchParams {
  /**
   * `evolution` is Algorithm 1 of the paper, `hat` HAT's evolution, and `random` scores random subnets instead of those that Algorithm 1 would breed, as many.
   */
  strategy: 'evolution' | 'hat' | 'random';
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
   * Whether candidates are ranked and kept within strata, as many of each: none (the paper), or by the width of the decoder, which inherited losses favour narrow.
   */
  strata: 'none' | 'decoder-width';
  /**
   * Updates of its own that each candidate makes from the supernet's weights before its loss is measured, all on the same batches; 0 is the paper's evaluation.
   */
  adaptUpdates: number;
  /**
   * Whether candidates that a paired test rules out of the best are spared the rest of the validation sentences (docs/method.md). false: every candidate sees all of them.
   */
  racing: boolean;
  /**
   * Target tokens of validation on which losses are measured; drawn anew by each stage, the same for all candidates of a ranking.
   */
  validationTokens: number;
  /**
   * Of the validation loss that candidates are ranked by.
   */
  labelSmoothing: number;
  /**
   * Which entries of the dictionary the share is spread over: all (`dictionary`: HAT, Lite Transformer) or all but the target (`others`: fairseq now).
   */
  smoothing: 'dictionary' | 'others';
  /**
   * P: parameters (layers only) above which a candidate is penalised. Absent: no penalty, and large subnets win.
   */
  budget?: number;
  /**
   * Parameters in all (embeddings and output matrix included) above which a candidate is penalised likewise. Absent: no penalty.
   */
  totalBudget?: number;
  /**
   * Multiply-adds (layers only, 30 tokens a side, as Lite Transformer counts) above which a candidate is penalised likewise. Absent: no penalty.
   */
  operationsBudget?: number;
  /**
   * Milliseconds above which a candidate is penalised likewise, measured as for latencyLimit. Absent: no penalty.
   */
  latencyBudget?: number;
  /**
   * Milliseconds above which a candidate is penalised likewise, predicted by the connected predictor. Absent: no penalty.
   */
  predictedLatencyBudget?: number;
  /**
   * λ in loss + λ · max(0, parameters / P − 1), and of the penalties for multiply-adds and latency.
   */
  penalty: number;
  /**
   * Parameters (layers only) above which a candidate is out of the question.
   */
  limit?: number;
  /**
   * Parameters in all (embeddings and output matrix included) above which a candidate is out of the question.
   */
  totalLimit?: number;
  /**
   * Multiply-adds (layers only, 30 tokens a side, as Lite Transformer counts) above which a candidate is out of the question.
   */
  operationsLimit?: number;
  /**
   * Milliseconds above which a candidate is out of the question, measured on this machine: one sentence of 23 tokens, beam 5. The result repeats on the same machine only.
   */
  latencyLimit?: number;
  /**
   * Milliseconds above which a candidate is out of the question, predicted by the connected predictor: the latency itself is not measured.
   */
  predictedLatencyLimit?: number;
  /**
   * Parameters (layers only) below which a candidate is out of the question.
   */
  floor?: number;
  /**
   * Parameters in all (embeddings and output matrix included) below which a candidate is out of the question.
   */
  totalFloor?: number;
  /**
   * Multiply-adds (layers only, 30 tokens a side) below which a candidate is out of the question.
   */
  operationsFloor?: number;
  /**
   * Milliseconds below which a candidate is out of the question, measured as for the limit.
   */
  latencyFloor?: number;
  /**
   * Milliseconds below which a candidate is out of the question, predicted as for the limit.
   */
  predictedLatencyFloor?: number;
}

/**
 * Parameters of the stage type `shrink`.
 */
export interface ShrinkParams {
  /**
   * What is kept: the whole space (naive), the best n of the sampled (top), the evolved population (evolution), or of that only as many of the best as are parents (reduction), as in figure 3.
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
   * Whether candidates are ranked and kept within strata, as many of each: none (the paper), or by the width of the decoder, which inherited losses favour narrow.
   */
  strata: 'none' | 'decoder-width';
  /**
   * Updates of its own that each candidate makes from the supernet's weights before its loss is measured, all on the same batches; 0 is the paper's evaluation.
   */
  adaptUpdates: number;
  /**
   * Whether candidates that a paired test rules out of the best are spared the rest of the validation sentences (docs/method.md). false: every candidate sees all of them.
   */
  racing: boolean;
  /**
   * Target tokens of validation on which losses are measured; drawn anew by each stage, the same for all candidates of a ranking.
   */
  validationTokens: number;
  /**
   * Of the validation loss that candidates are ranked by.
   */
  labelSmoothing: number;
  /**
   * Which entries of the dictionary the share is spread over: all (`dictionary`: HAT, Lite Transformer) or all but the target (`others`: fairseq now).
   */
  smoothing: 'dictionary' | 'others';
  /**
   * P: parameters (layers only) above which a candidate is penalised. Absent: no penalty, and large subnets win.
   */
  budget?: number;
  /**
   * Parameters in all (embeddings and output matrix included) above which a candidate is penalised likewise. Absent: no penalty.
   */
  totalBudget?: number;
  /**
   * Multiply-adds (layers only, 30 tokens a side, as Lite Transformer counts) above which a candidate is penalised likewise. Absent: no penalty.
   */
  operationsBudget?: number;
  /**
   * Milliseconds above which a candidate is penalised likewise, measured as for latencyLimit. Absent: no penalty.
   */
  latencyBudget?: number;
  /**
   * Milliseconds above which a candidate is penalised likewise, predicted by the connected predictor. Absent: no penalty.
   */
  predictedLatencyBudget?: number;
  /**
   * λ in loss + λ · max(0, parameters / P − 1), and of the penalties for multiply-adds and latency.
   */
  penalty: number;
  /**
   * Parameters (layers only) above which a candidate is out of the question.
   */
  limit?: number;
  /**
   * Parameters in all (embeddings and output matrix included) above which a candidate is out of the question.
   */
  totalLimit?: number;
  /**
   * Multiply-adds (layers only, 30 tokens a side, as Lite Transformer counts) above which a candidate is out of the question.
   */
  operationsLimit?: number;
  /**
   * Milliseconds above which a candidate is out of the question, measured on this machine: one sentence of 23 tokens, beam 5. The result repeats on the same machine only.
   */
  latencyLimit?: number;
  /**
   * Milliseconds above which a candidate is out of the question, predicted by the connected predictor: the latency itself is not measured.
   */
  predictedLatencyLimit?: number;
  /**
   * Parameters (layers only) below which a candidate is out of the question.
   */
  floor?: number;
  /**
   * Parameters in all (embeddings and output matrix included) below which a candidate is out of the question.
   */
  totalFloor?: number;
  /**
   * Multiply-adds (layers only, 30 tokens a side) below which a candidate is out of the question.
   */
  operationsFloor?: number;
  /**
   * Milliseconds below which a candidate is out of the question, measured as for the limit.
   */
  latencyFloor?: number;
  /**
   * Milliseconds below which a candidate is out of the question, predicted as for the limit.
   */
  predictedLatencyFloor?: number;
}

/**
 * Parameters of the stage type `subnet`.
 */
export interface SubnetParams {
  /**
   * A base-36 digit each, as subnet and ranking artifacts have them; or `smallest` or `largest`: the least or the most of all that is a number, heads and spans too, with the first operator and activation. Absent: the only network of the space.
   */
  genes?: string;
  /**
   * Search space of the genes, where no supernet is connected. A fixed network is a space with one choice of everything.
   */
  space?: {
    /**
     * Embedding widths; encoder and decoder choose independently. Multiples of twice the greatest number of heads; with an `attentionWidth` and attention alone, any.
     *
     * @minItems 1
     */
    widths: number[];
    /**
     * Inner width of a feed-forward network as a multiple of the layer's width. Not used where there are `inners`.
     *
     * @minItems 1
     */
    ratios: number[];
    /**
     * Inner widths as they are, whatever the layer's width (HAT: 512, 1024, 2048). Absent: `ratios` have them.
     *
     * @minItems 1
     */
    inners?: number[];
    /**
     * Attention heads and convolution groups of the mixing operators.
     *
     * @minItems 1
     */
    heads: number[];
    /**
     * Width of query, key and value of every attention, which heads divide among them (HAT: 512). Absent: that of the layer.
     */
    attentionWidth?: number;
    /**
     * Mixing operators.
     *
     * @minItems 1
     *
     * Items: Mixing operator.
     */
    operators: ('attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic')[];
    /**
     * Activations of the feed-forward networks.
     *
     * @minItems 1
     *
     * Items: Activation of the feed-forward network.
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
   * Convolution kernel of each layer, on both sides; deeper layers take the last. With a supernet, its own are used.
   *
   * @minItems 1
   */
  kernels: number[];
  /**
   * Layer normalisation after the residual sum or before each sub-layer. With a supernet, as it has it.
   */
  norm: 'post' | 'pre';
  /**
   * Target tokens of validation on which losses are measured; drawn anew by each stage, the same for all candidates of a ranking.
   */
  validationTokens: number;
  /**
   * Share of the loss that is spread over the whole vocabulary.
   */
  labelSmoothing: number;
  /**
   * Which entries of the dictionary the share is spread over: all (`dictionary`: HAT, Lite Transformer) or all but the target (`others`: fairseq now).
   */
  smoothing: 'dictionary' | 'others';
}

/**
 * Parameters of the stage type `train-networks`.
 */
export interface TrainNetworksParams {
  /**
   * Updates of each network.
   */
  updates: number;
  /**
   * Each network is trained once with each, whatever the seed of the run; networks of one seed have the same order of batches.
   *
   * @minItems 1
   */
  seeds: number[];
  /**
   * Points of the curve of the validation loss, at evenly spaced updates, the last one included.
   */
  points: number;
  /**
   * Checkpoints, each at the end of an epoch, whose mean the model is.
   */
  averageEpochs: number;
  /**
   * Translate with the mean of the last epochs, beam 5, and score.
   */
  bleu: boolean;
  /**
   * What is translated: `valid`, a test set by its name, or `test` for the first test set.
   */
  split: string;
  /**
   * After embeddings and after each sub-layer.
   */
  dropout: number;
  /**
   * On the weights of attention, that to the source included (LightConv: 0.1).
   */
  attentionDropout: number;
  /**
   * On the normalised kernels of convolutions.
   */
  weightDropout: number;
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
   * Which entries of the dictionary the share is spread over: all (`dictionary`: HAT, Lite Transformer) or all but the target (`others`: fairseq now).
   */
  smoothing: 'dictionary' | 'others';
  /**
   * Decoupled, on all parameters.
   */
  weightDecay: number;
  /**
   * Longest gradient (0: any).
   */
  clipNorm: number;
  /**
   * Target tokens of validation that losses are measured on: the same sentences for all networks and seeds.
   */
  validationTokens: number;
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
     * Embedding widths; encoder and decoder choose independently. Multiples of twice the greatest number of heads; with an `attentionWidth` and attention alone, any.
     *
     * @minItems 1
     */
    widths: number[];
    /**
     * Inner width of a feed-forward network as a multiple of the layer's width. Not used where there are `inners`.
     *
     * @minItems 1
     */
    ratios: number[];
    /**
     * Inner widths as they are, whatever the layer's width (HAT: 512, 1024, 2048). Absent: `ratios` have them.
     *
     * @minItems 1
     */
    inners?: number[];
    /**
     * Attention heads and convolution groups of the mixing operators.
     *
     * @minItems 1
     */
    heads: number[];
    /**
     * Width of query, key and value of every attention, which heads divide among them (HAT: 512). Absent: that of the layer.
     */
    attentionWidth?: number;
    /**
     * Mixing operators.
     *
     * @minItems 1
     *
     * Items: Mixing operator.
     */
    operators: ('attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic')[];
    /**
     * Activations of the feed-forward networks.
     *
     * @minItems 1
     *
     * Items: Activation of the feed-forward network.
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
   * With `hat`, HAT's habits are on: `scaledDropout`, `unscaledEncoderMixing`, `slicedPositions` and `stackedAttention`. Absent: each as it says itself.
   */
  preset?: 'hat';
  /**
   * How operators are drawn where the whole space is sampled: each layer's by itself (uniform, the paper), or so that in as many updates as there are operators every layer has each of them once (fair, as FairNAS).
   */
  operatorSampling: 'uniform' | 'fair';
  /**
   * Subnets with fewer parameters (layers only) are not trained.
   */
  floor?: number;
  /**
   * Subnets with more parameters (layers only) are not trained.
   */
  limit?: number;
  /**
   * What subnets have for themselves: target embedding and output matrix by the decoder's width (`targets`), the norm after a mixing operator by operator (`norms`). All else is shared: a subnet's weights are the leading corners of the supernet's.
   */
  unshared: ('targets' | 'norms')[];
  /**
   * With `largest`, updates take turns: one trains the drawn operators at their largest sizes, the next the drawn subnet, which learns what that network predicts (the sandwich of slimmable networks).
   */
  teacher: 'none' | 'largest';
  /**
   * Weights are updated by how often they have been trained themselves: in the bias correction of Adam's moments, and in the fall of the rate, which all reach after the same warm-up.
   */
  cornerCounts: boolean;
  /**
   * Layer normalisation after the residual sum (post, as HAT and Lite Transformer on IWSLT) or before each sub-layer (pre).
   */
  norm: 'post' | 'pre';
  /**
   * After embeddings and after each sub-layer.
   */
  dropout: number;
  /**
   * Narrow subnets get less dropout, in proportion to their width (HAT). Otherwise all get the same (Lite Transformer).
   */
  scaledDropout: boolean;
  /**
   * After the encoder's mixing operators all subnets get the same dropout, whatever `scaledDropout` says (HAT's code). Absent: no.
   */
  unscaledEncoderMixing?: boolean;
  /**
   * On the weights of attention, that to the source included (LightConv: 0.1).
   */
  attentionDropout: number;
  /**
   * A subnet's positions are the first channels of the widest one's sinusoids (HAT): with half of its width, sines alone. Absent: each width has sinusoids of its own.
   */
  slicedPositions?: boolean;
  /**
   * Query, key and value start as the thirds of one matrix of Xavier's bounds, and their biases at 0 (HAT). Absent: as three (fairseq).
   */
  stackedAttention?: boolean;
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
   * Which entries of the dictionary the share is spread over: all (`dictionary`: HAT, Lite Transformer) or all but the target (`others`: fairseq now).
   */
  smoothing: 'dictionary' | 'others';
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
 * BLEU of translations of one test set or several, up to 4-grams: unsmoothed on tokenised lowercased text at the top, then as others report it.
 */
export interface BleuDocument {
  /**
   * What to show of it, in one line.
   */
  summary: string;
  /**
   * What the figures at the top are of: the first test set, where there are several.
   */
  split: string;
  sentences: number;
  /**
   * As multi-bleu.perl: 0 to 100.
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
  confidence: BleuDocumentConfidence;
  /**
   * On text that is not tokenised, as sacreBLEU computes it.
   */
  sacrebleu: {
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
     * How it was computed, in sacreBLEU's notation.
     */
    signature: string;
    /**
     * raw: the text that the corpus was made from. detokenized: its tokens put together again.
     */
    references: 'raw' | 'detokenized';
    confidence: BleuDocumentConfidence;
  };
  chrf: BleuDocumentChrf;
  ter: BleuDocumentTer;
  /**
   * On tokenised text whose hyphens between other characters are tokens of their own, as HAT reports it.
   */
  hyphensSplit: {
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
  };
  /**
   * Resamples of the test set that the confidence intervals come from.
   */
  resamples: number;
  /**
   * The same figures of further test sets, by name.
   */
  others?: {
    [k: string]: BleuDocumentFigures;
  };
  /**
   * Of an exported model (stage `bleu-onnx`): what its translations are beside those of the model itself.
   */
  exported?: {
    /**
     * Of the export.
     */
    precision: 'float32' | 'int8';
    /**
     * BLEU of the model itself less this one's.
     */
    loss?: number;
    /**
     * Sentences with the same translation.
     */
    equalLines?: number;
  };
}
/**
 * 95 % confidence interval by bootstrap resampling: mean ± halfWidth.
 */
export interface BleuDocumentConfidence {
  /**
   * Mean over the resamples.
   */
  mean: number;
  halfWidth: number;
}
/**
 * chrF2 of the same text as sacreBLEU's, 0 to 100.
 */
export interface BleuDocumentChrf {
  score: number;
  /**
   * How it was computed, in sacreBLEU's notation.
   */
  signature: string;
}
/**
 * TER of the same text: edits in per cent of the references' words; less is better.
 */
export interface BleuDocumentTer {
  score: number;
  /**
   * How it was computed, in sacreBLEU's notation.
   */
  signature: string;
}
/**
 * Figures of one test set.
 */
export interface BleuDocumentFigures {
  sentences: number;
  /**
   * As multi-bleu.perl: 0 to 100.
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
  confidence: BleuDocumentConfidence;
  /**
   * On text that is not tokenised, as sacreBLEU computes it.
   */
  sacrebleu: {
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
     * How it was computed, in sacreBLEU's notation.
     */
    signature: string;
    /**
     * raw: the text that the corpus was made from. detokenized: its tokens put together again.
     */
    references: 'raw' | 'detokenized';
    confidence: BleuDocumentConfidence;
  };
  chrf: BleuDocumentChrf;
  ter: BleuDocumentTer;
  /**
   * On tokenised text whose hyphens between other characters are tokens of their own, as HAT reports it.
   */
  hyphensSplit: {
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
  };
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
   * Whether text is lowercased before it becomes ids.
   */
  lowercase: boolean;
  /**
   * SHA-256 of the files by which text becomes ids: what is trained with some fits no others, whatever their sizes.
   */
  vocabulary: {
    /**
     * Of codes.txt.
     */
    codes: string;
    /**
     * Of dict.source.txt.
     */
    source: string;
    /**
     * Of dict.target.txt.
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
    /**
     * The width that `dropout` is for: a smaller one has less, in proportion. Absent: all widths have the same.
     */
    dropoutWidth?: number;
    /**
     * After the encoder's mixing operators all widths have the same dropout, whatever `dropoutWidth` says. Absent: no.
     */
    unscaledEncoderMixing?: boolean;
    weightDropout: number;
    /**
     * On the weights of attention. Absent: none.
     */
    attentionDropout?: number;
    /**
     * The width whose sinusoids all have, a narrower one their first channels. Absent: each width has its own.
     */
    positionsWidth?: number;
    /**
     * Query, key and value started as the thirds of one matrix. Absent: each as a matrix of its own.
     */
    stackedAttention?: boolean;
    /**
     * What the subnets of a supernet have for themselves. Absent: they share all that they can.
     */
    unshared?: ('targets' | 'norms')[];
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
    /**
     * Weights are updated by how often they have been trained themselves. Absent: by the number of the update.
     */
    cornerCounts?: boolean;
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
     * Embedding widths; encoder and decoder choose independently. Multiples of twice the greatest number of heads; with an `attentionWidth` and attention alone, any.
     *
     * @minItems 1
     */
    widths: number[];
    /**
     * Inner width of a feed-forward network as a multiple of the layer's width. Not used where there are `inners`.
     *
     * @minItems 1
     */
    ratios: number[];
    /**
     * Inner widths as they are, whatever the layer's width (HAT: 512, 1024, 2048). Absent: `ratios` have them.
     *
     * @minItems 1
     */
    inners?: number[];
    /**
     * Attention heads and convolution groups of the mixing operators.
     *
     * @minItems 1
     */
    heads: number[];
    /**
     * Width of query, key and value of every attention, which heads divide among them (HAT: 512). Absent: that of the layer.
     */
    attentionWidth?: number;
    /**
     * Mixing operators.
     *
     * @minItems 1
     *
     * Items: Mixing operator.
     */
    operators: ('attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic')[];
    /**
     * Activations of the feed-forward networks.
     *
     * @minItems 1
     *
     * Items: Activation of the feed-forward network.
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
    /**
     * Width of query, key and value. Absent: that of the layer.
     */
    attentionWidth?: number;
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
         * Activation of the feed-forward network.
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
         * Activation of the feed-forward network.
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
   * How often each corner of a parameter was trained, by the parameter's name: rows (1 for a vector), columns, updates. Only with `cornerCounts`.
   */
  counts?: {
    [k: string]: number[][];
  };
} & {
  [k: string]: unknown;
};

/**
 * Systems compared by BLEU and loss over seeds and sentences; how: docs/comparing.md.
 */
export interface ComparisonDocument {
  /**
   * What to show of it, in one line.
   */
  summary: string;
  /**
   * `valid`, or a test set by its name.
   */
  split: string;
  sentences: number;
  /**
   * Of all intervals.
   */
  confidence: number;
  resamples: number;
  /**
   * Best mean BLEU first.
   *
   * @minItems 1
   */
  systems: {
    /**
     * The label, with the axes in which systems of that label differ.
     */
    name: string;
    label: string;
    /**
     * Matrix axes but for the seed, as names of instances have them.
     */
    variant: {
      [k: string]: string;
    };
    /**
     * @minItems 1
     */
    runs: {
      /**
       * Absent where the pipeline has one seed only.
       */
      seed?: string;
      bleu: number;
      /**
       * Label-smoothed, a token, in nats.
       */
      loss?: number;
    }[];
    bleu: ComparisonDocumentSpread;
    loss?: ComparisonDocumentSpread;
  }[];
  /**
   * Each system with every one that is worse by mean BLEU.
   */
  pairs: {
    first: string;
    second: string;
    bleu: ComparisonDocumentDifference;
    loss?: ComparisonDocumentDifference;
    /**
     * Whether the one with the higher BLEU has the higher loss.
     */
    disagree?: boolean;
    /**
     * Those of the two with one run: how they vary by seed is not in the intervals.
     */
    single: string[];
  }[];
}
/**
 * What the runs say of the mean; deviation and interval only of several.
 */
export interface ComparisonDocumentSpread {
  mean: number;
  /**
   * Standard deviation over the runs, n − 1 in the denominator.
   */
  deviation?: number;
  interval?: ComparisonDocumentInterval;
}
/**
 * Of the mean over seeds, by Student's t.
 */
export interface ComparisonDocumentInterval {
  low: number;
  high: number;
}
export interface ComparisonDocumentDifference {
  /**
   * Mean of the first less that of the second.
   */
  difference: number;
  interval: ComparisonDocumentInterval1;
  /**
   * Two-sided, not below 1 / (resamples + 1), of this pair alone: not corrected for how many pairs there are.
   */
  pValue: number;
}
/**
 * Over seeds and sentences.
 */
export interface ComparisonDocumentInterval1 {
  low: number;
  high: number;
}

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
   * BPE merge operations.
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
   * Training pairs after cleaning, before validation or test is taken out of them.
   */
  cleanedPairs: number;
  /**
   * `train`, `valid`, and the test sets by name in their order. A corpus that was prepared like another may have test sets alone.
   */
  splits: {
    [k: string]: CorpusDocumentSplit;
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
 * How far subnets with the same weights diverge, by sub-layer and in pairs. Every divergence is a mean squared difference of outputs normalised by token: 0 the same, 2 unrelated.
 */
export interface DivergenceDocument {
  /**
   * What to show of it, in one line.
   */
  summary: string;
  /**
   * What outputs were compared on.
   */
  validation: {
    /**
     * Sentence pairs.
     */
    sentences: number;
    /**
     * Without padding.
     */
    sourceTokens: number;
    /**
     * Without padding.
     */
    targetTokens: number;
  };
  /**
   * Figure 1 and equation 1: one choice in place of another, in a subnet of full size that has the first in all layers.
   */
  substitutions: {
    /**
     * A choice for the mixing operator.
     */
    before: {
      /**
       * Mixing operator.
       */
      operator: 'attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic';
      /**
       * Attention heads and convolution groups.
       */
      heads: number;
    };
    /**
     * A choice for the mixing operator.
     */
    after: {
      /**
       * Mixing operator.
       */
      operator: 'attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic';
      /**
       * Attention heads and convolution groups.
       */
      heads: number;
    };
    /**
     * The substitution in one layer.
     */
    sublayers: {
      part: 'encoder' | 'decoder';
      /**
       * From 0.
       */
      layer: number;
      /**
       * Dᵢ: of the two outputs of the operator for the same input.
       */
      divergence: number;
      /**
       * βᵢᵢ²: variance of the output over that of the residual sum; above 1 where the two cancel.
       */
      share: number;
      /**
       * βᵢᵢ² Dᵢ.
       */
      predicted: number;
      /**
       * Var[F − F*], F the normalised output of the stack.
       */
      measured: number;
    }[];
    /**
     * The substitution in all layers of a stack.
     */
    everywhere: {
      part: 'encoder' | 'decoder';
      /**
       * Σ βᵢᵢ² Dᵢ.
       */
      predicted: number;
      /**
       * Var[F − F*].
       */
      measured: number;
    }[];
    /**
     * Absolute differences of the normalised outputs of one sub-layer for one sentence.
     */
    heatMap: {
      part: 'encoder' | 'decoder';
      /**
       * From 0.
       */
      layer: number;
      /**
       * What the sub-layer reads, a row each.
       *
       * @minItems 1
       */
      tokens: string[];
      /**
       * [token][channel], to three decimals.
       *
       * @minItems 1
       */
      values: number[][];
    };
  }[];
  /**
   * Figure 4: pairs of subnets drawn at random.
   *
   * @minItems 1
   */
  populations: {
    /**
     * Where subnets were drawn from: the whole space; the sample space given; a list as long, each in the widths, depth and inner widths of a subnet of that; the whole space of the baseline.
     */
    name: 'whole' | 'sample-space' | 'same-sizes' | 'baseline';
    /**
     * Of the supernet.
     */
    updates: number;
    /**
     * Subnets that were drawn from; null: all of the space.
     */
    candidates: number | null;
    /**
     * Drawn.
     */
    subnets: number;
    /**
     * Different networks among them.
     */
    distinct: number;
    /**
     * Mean number of parameters (layers only) of the subnets drawn.
     */
    parameters: number;
    /**
     * Subnets drawn, by the decoder's width.
     */
    decoderWidths: {
      [k: string]: number;
    };
    /**
     * Subnets drawn, by the number of decoder layers.
     */
    decoderLayers: {
      [k: string]: number;
    };
    logits: DivergenceDocumentDistribution;
    /**
     * Of the logits, pairs of equal decoder width; null: there are none.
     */
    equalWidths: DivergenceDocumentDistribution | null;
    /**
     * Of the decoder's last features, pairs of equal decoder width; null: there are none.
     */
    features: DivergenceDocumentDistribution | null;
  }[];
  /**
   * Quotients of mean divergences.
   */
  ratios: {
    of: 'whole' | 'sample-space' | 'same-sizes' | 'baseline';
    to: 'whole' | 'sample-space' | 'same-sizes' | 'baseline';
    /**
     * What of the populations is compared.
     */
    measure: 'logits' | 'equalWidths' | 'features';
    /**
     * Below 1: less divergence.
     */
    ratio: number;
    interval: DivergenceDocumentInterval;
  }[];
}
/**
 * Divergences of pairs.
 */
export interface DivergenceDocumentDistribution {
  /**
   * Pairs of subnets.
   */
  pairs: number;
  /**
   * Over the pairs.
   */
  mean: number;
  /**
   * Of the pairs, not of the mean.
   */
  standardDeviation: number;
  interval: DivergenceDocumentInterval;
  /**
   * Bin k counts pairs in [k · width, (k + 1) · width).
   */
  histogram: {
    width: number;
    counts: number[];
  };
}
/**
 * The middle 95 % of the resamples over subnets: what another draw of subnets could give, and not other sentences, another shrink or another training.
 */
export interface DivergenceDocumentInterval {
  low: number;
  high: number;
}

/**
 * The best network for each of several sizes.
 */
export interface FrontDocument {
  /**
   * What to show of it, in one line.
   */
  summary: string;
  /**
   * Choices of the search space; the default is the paper's (section 5.3).
   */
  space: {
    /**
     * Embedding widths; encoder and decoder choose independently. Multiples of twice the greatest number of heads; with an `attentionWidth` and attention alone, any.
     *
     * @minItems 1
     */
    widths: number[];
    /**
     * Inner width of a feed-forward network as a multiple of the layer's width. Not used where there are `inners`.
     *
     * @minItems 1
     */
    ratios: number[];
    /**
     * Inner widths as they are, whatever the layer's width (HAT: 512, 1024, 2048). Absent: `ratios` have them.
     *
     * @minItems 1
     */
    inners?: number[];
    /**
     * Attention heads and convolution groups of the mixing operators.
     *
     * @minItems 1
     */
    heads: number[];
    /**
     * Width of query, key and value of every attention, which heads divide among them (HAT: 512). Absent: that of the layer.
     */
    attentionWidth?: number;
    /**
     * Mixing operators.
     *
     * @minItems 1
     *
     * Items: Mixing operator.
     */
    operators: ('attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic')[];
    /**
     * Activations of the feed-forward networks.
     *
     * @minItems 1
     *
     * Items: Activation of the feed-forward network.
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
   * What the architectures leave open.
   */
  model: {
    /**
     * Place of the layer normalisation.
     */
    norm: 'post' | 'pre';
    /**
     * Convolution kernel of each layer; deeper layers take the last.
     *
     * @minItems 1
     */
    kernels: number[];
  };
  /**
   * The sample that all losses were measured on: drawn from this stream of random numbers.
   */
  validation: {
    seed: number;
    stream: string;
    /**
     * Target tokens asked for.
     */
    tokens: number;
    labelSmoothing: number;
    /**
     * Half of the validation sentences that it is drawn from. Absent: all.
     */
    half?: 'choose' | 'report';
  };
  /**
   * Of each network at each rung.
   */
  updates: number[];
  /**
   * By ascending limit.
   *
   * @minItems 1
   */
  networks: {
    /**
     * Parameters (layers only) that it was to have at most. Absent: any.
     */
    limit?: number;
    /**
     * And at least. Absent: any.
     */
    floor?: number;
    /**
     * A base-36 digit each.
     */
    genes: string;
    /**
     * One concrete network.
     */
    architecture: {
      /**
       * Width of query, key and value. Absent: that of the layer.
       */
      attentionWidth?: number;
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
           * Activation of the feed-forward network.
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
           * Activation of the feed-forward network.
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
     * Label-smoothed validation loss at each rung, nats a token.
     */
    losses: number[];
  }[];
}

/**
 * Measured latencies of random networks. They are of one machine, and do not repeat to the last digit.
 */
export interface LatenciesDocument {
  /**
   * What to show of it, in one line.
   */
  summary: string;
  /**
   * Choices of the search space; the default is the paper's (section 5.3).
   */
  space: {
    /**
     * Embedding widths; encoder and decoder choose independently. Multiples of twice the greatest number of heads; with an `attentionWidth` and attention alone, any.
     *
     * @minItems 1
     */
    widths: number[];
    /**
     * Inner width of a feed-forward network as a multiple of the layer's width. Not used where there are `inners`.
     *
     * @minItems 1
     */
    ratios: number[];
    /**
     * Inner widths as they are, whatever the layer's width (HAT: 512, 1024, 2048). Absent: `ratios` have them.
     *
     * @minItems 1
     */
    inners?: number[];
    /**
     * Attention heads and convolution groups of the mixing operators.
     *
     * @minItems 1
     */
    heads: number[];
    /**
     * Width of query, key and value of every attention, which heads divide among them (HAT: 512). Absent: that of the layer.
     */
    attentionWidth?: number;
    /**
     * Mixing operators.
     *
     * @minItems 1
     *
     * Items: Mixing operator.
     */
    operators: ('attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic')[];
    /**
     * Activations of the feed-forward networks.
     *
     * @minItems 1
     *
     * Items: Activation of the feed-forward network.
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
  model: {
    /**
     * Layer normalisation after the residual sum (post) or before each sub-layer (pre).
     */
    norm: 'post' | 'pre';
    /**
     * Convolution kernel of each layer, on both sides; deeper layers take the last.
     *
     * @minItems 1
     */
    kernels: number[];
  };
  /**
   * Deviation over mean above which a network was measured again.
   */
  noise: number;
  /**
   * @minItems 1
   */
  networks: {
    /**
     * A base-36 digit each.
     */
    genes: string;
    /**
     * Milliseconds a translation: one sentence of 23 tokens, beam 5; the middle of 20 runs.
     */
    mean: number;
    /**
     * Standard deviation of these runs, ms.
     */
    deviation: number;
    /**
     * How often it was measured.
     */
    attempts: number;
  }[];
}

/**
 * A model's loss on whole splits without dropout, in total and sentence by sentence.
 */
export interface LossesDocument {
  /**
   * What to show of it, in one line.
   */
  summary: string;
  /**
   * ε of the smoothed loss, spread over the whole dictionary.
   */
  labelSmoothing: number;
  splits: {
    [k: string]: LossesDocumentSplit;
  };
}
export interface LossesDocumentSplit {
  sentences: number;
  /**
   * Target tokens, each </s> included.
   */
  tokens: number;
  /**
   * Mean label-smoothed loss of a token, in nats.
   */
  smoothed: number;
  /**
   * Mean −log p of a token, in nats.
   */
  likelihood: number;
  /**
   * exp of that.
   */
  perplexity: number;
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
    [k: string]: number[][];
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
   * Whether source text is lowercased before it is translated, as the corpus was.
   */
  lowercase: boolean;
  /**
   * SHA-256 of the files by which text becomes ids: what is trained with some fits no others, whatever their sizes.
   */
  vocabulary: {
    /**
     * Of codes.txt.
     */
    codes: string;
    /**
     * Of dict.source.txt.
     */
    source: string;
    /**
     * Of dict.target.txt.
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
    /**
     * The width that `dropout` is for: a smaller one has less, in proportion. Absent: all widths have the same.
     */
    dropoutWidth?: number;
    /**
     * After the encoder's mixing operators all widths have the same dropout, whatever `dropoutWidth` says. Absent: no.
     */
    unscaledEncoderMixing?: boolean;
    weightDropout: number;
    /**
     * On the weights of attention. Absent: none.
     */
    attentionDropout?: number;
    /**
     * The width whose sinusoids all have, a narrower one their first channels. Absent: each width has its own.
     */
    positionsWidth?: number;
    /**
     * Query, key and value started as the thirds of one matrix. Absent: each as a matrix of its own.
     */
    stackedAttention?: boolean;
    /**
     * What the subnets of a supernet have for themselves. Absent: they share all that they can.
     */
    unshared?: ('targets' | 'norms')[];
  };
  /**
   * One concrete network.
   */
  architecture: {
    /**
     * Width of query, key and value. Absent: that of the layer.
     */
    attentionWidth?: number;
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
         * Activation of the feed-forward network.
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
         * Activation of the feed-forward network.
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
 * Networks of one space, to be trained or ranked.
 */
export interface NetworksDocument {
  /**
   * What to show of it, in one line.
   */
  summary: string;
  /**
   * What the genes are of.
   */
  space: {
    /**
     * Embedding widths; encoder and decoder choose independently. Multiples of twice the greatest number of heads; with an `attentionWidth` and attention alone, any.
     *
     * @minItems 1
     */
    widths: number[];
    /**
     * Inner width of a feed-forward network as a multiple of the layer's width. Not used where there are `inners`.
     *
     * @minItems 1
     */
    ratios: number[];
    /**
     * Inner widths as they are, whatever the layer's width (HAT: 512, 1024, 2048). Absent: `ratios` have them.
     *
     * @minItems 1
     */
    inners?: number[];
    /**
     * Attention heads and convolution groups of the mixing operators.
     *
     * @minItems 1
     */
    heads: number[];
    /**
     * Width of query, key and value of every attention, which heads divide among them (HAT: 512). Absent: that of the layer.
     */
    attentionWidth?: number;
    /**
     * Mixing operators.
     *
     * @minItems 1
     *
     * Items: Mixing operator.
     */
    operators: ('attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic')[];
    /**
     * Activations of the feed-forward networks.
     *
     * @minItems 1
     *
     * Items: Activation of the feed-forward network.
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
   * What all of them share, and their architectures leave open.
   */
  model: {
    /**
     * Place of the layer normalisation.
     */
    norm: 'post' | 'pre';
    /**
     * Convolution kernel of each layer; deeper layers take the last.
     *
     * @minItems 1
     */
    kernels: number[];
  };
  /**
   * @minItems 1
   */
  networks: {
    /**
     * Genes of a network, a base-36 digit each in the order of the space's positions.
     */
    genes: string;
    /**
     * What people call the network, such as a hand design.
     */
    name?: string;
    /**
     * Which networks it was drawn among; absent where it was named.
     */
    stratum?: {
      /**
       * Of the decoder.
       */
      width: number;
      /**
       * Fewest parameters (layers only).
       */
      from: number;
      /**
       * Most parameters.
       */
      to: number;
    };
    /**
     * Layers only.
     */
    parameters: number;
  }[];
}

/**
 * A model as ONNX, to translate with outside of this project.
 */
export interface OnnxDocument {
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
   * Whether source text is lowercased before it is translated, as the corpus was.
   */
  lowercase: boolean;
  /**
   * SHA-256 of the files by which text becomes ids: what is trained with some fits no others, whatever their sizes.
   */
  vocabulary: {
    /**
     * Of codes.txt.
     */
    codes: string;
    /**
     * Of dict.source.txt.
     */
    source: string;
    /**
     * Of dict.target.txt.
     */
    target: string;
  };
  /**
   * Of linear maps and embeddings.
   */
  precision: 'float32' | 'int8';
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
   * Of both graphs.
   */
  bytes: number;
}

/**
 * Predicts milliseconds a translation from features of a network.
 */
export interface PredictorDocument {
  /**
   * What to show of it, in one line.
   */
  summary: string;
  /**
   * Choices of the search space; the default is the paper's (section 5.3).
   */
  space: {
    /**
     * Embedding widths; encoder and decoder choose independently. Multiples of twice the greatest number of heads; with an `attentionWidth` and attention alone, any.
     *
     * @minItems 1
     */
    widths: number[];
    /**
     * Inner width of a feed-forward network as a multiple of the layer's width. Not used where there are `inners`.
     *
     * @minItems 1
     */
    ratios: number[];
    /**
     * Inner widths as they are, whatever the layer's width (HAT: 512, 1024, 2048). Absent: `ratios` have them.
     *
     * @minItems 1
     */
    inners?: number[];
    /**
     * Attention heads and convolution groups of the mixing operators.
     *
     * @minItems 1
     */
    heads: number[];
    /**
     * Width of query, key and value of every attention, which heads divide among them (HAT: 512). Absent: that of the layer.
     */
    attentionWidth?: number;
    /**
     * Mixing operators.
     *
     * @minItems 1
     *
     * Items: Mixing operator.
     */
    operators: ('attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic')[];
    /**
     * Activations of the feed-forward networks.
     *
     * @minItems 1
     *
     * Items: Activation of the feed-forward network.
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
  kind: 'mlp' | 'trees';
  features: {
    /**
     * What a predictor is told of a network: HAT's ten features, or these with the shares of each operator and activation.
     */
    set: 'hat' | 'mixed';
    /**
     * Names of those that it is told, in order.
     *
     * @minItems 1
     */
    kept: string[];
  };
  /**
   * Networks that it was fitted to, stopped by and measured on, and that were left out since they vary.
   */
  rows: {
    train: number;
    valid: number;
    test: number;
    noisy: number;
  };
  /**
   * On networks that nothing was fitted to.
   */
  error: {
    /**
     * Root of the mean square, ms.
     */
    root: number;
    /**
     * Mean of |predicted − measured| / measured.
     */
    percent: number;
    /**
     * Kendall's τ-b; absent where there is nothing to compare.
     */
    tau?: number;
  };
  /**
   * Of each kept feature.
   */
  importance: {
    feature: string;
    /**
     * |Kendall's τ| with the latency, of the networks that it was fitted to.
     */
    tau: number;
    /**
     * By how much τ of the predictions falls when the feature is shuffled, of the networks that it was measured on.
     */
    permutation: number;
  }[];
  mlp?: {
    width: number;
    /**
     * From width to width, beside the first and the last.
     */
    layers: number;
    /**
     * What features and milliseconds are divided by.
     */
    norms: {
      features: number[];
      target: number;
    };
  };
  /**
   * Regression trees whose values add up.
   */
  trees?: {
    /**
     * Numbers of a row.
     */
    features: number;
    /**
     * What the trees' values are added to.
     */
    base: number;
    trees: {
      /**
       * Inner nodes, the root first: rows whose feature is at most the threshold go left. A child is the place of a split further on, or −1 − the place of a leaf.
       */
      splits: {
        feature: number;
        threshold: number;
        left: number;
        right: number;
      }[];
      /**
       * Values, the learning rate in them.
       *
       * @minItems 1
       */
      leaves: number[];
    }[];
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
   * Multiply-adds of their forward passes on the validation sentences that each has seen, beginnings that networks share counted once. Absent where candidates make updates of their own.
   */
  operations?: number;
  /**
   * Target tokens that each was evaluated on.
   */
  validationTokens: number;
  /**
   * The sample that the loss was measured on: drawn from this stream of random numbers.
   */
  validation: {
    seed: number;
    stream: string;
    /**
     * Target tokens asked for.
     */
    tokens: number;
    labelSmoothing: number;
    /**
     * Half of the validation sentences that it is drawn from. Absent: all.
     */
    half?: 'choose' | 'report';
  };
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
    /**
     * In all, embeddings and output matrix included.
     */
    total: number;
    /**
     * Multiply-adds of the layers, 30 tokens a side.
     */
    operations: number;
    /**
     * Milliseconds a translation on the machine that searched; where there is a limit or a budget for it.
     */
    latency?: number;
    /**
     * The same, predicted; where that is bounded.
     */
    predictedLatency?: number;
  }[];
}

/**
 * How well losses that are cheap rank networks whose training from scratch is known. Losses are label-smoothed validation losses, nats a token.
 */
export interface RankingQualityDocument {
  /**
   * What to show of it, in one line.
   */
  summary: string;
  /**
   * What ranks.
   */
  predictor: {
    /**
     * supernet: loss with inherited weights. training: loss of a network of its own after few updates, each seed by itself beside the mean of the other seeds' final losses; figures are means over the seeds.
     */
    kind: 'supernet' | 'training';
    /**
     * Updates of the supernet, or of each network.
     */
    updates?: number;
    /**
     * Target tokens that the supernet was measured on.
     */
    tokens?: number;
  };
  /**
   * Which of the networks.
   */
  half: 'choose' | 'report' | 'all';
  /**
   * Networks that were ranked.
   */
  networks: number;
  /**
   * Of the trainings.
   *
   * @minItems 1
   */
  seeds: number[];
  /**
   * Kendall's τ-b of the ranking with that by final loss, the mean over seeds. Absent where no two networks are comparable.
   */
  tau: {
    overall?: RankingQualityDocumentCorrelation;
    withinWidth?: RankingQualityDocumentCorrelation1;
    withinSize?: RankingQualityDocumentCorrelation2;
    /**
     * Of final losses, seed against seed, mean of the pairs of seeds: what no ranking by one training exceeds but by chance. Absent with one seed.
     */
    ceiling?: number;
  };
  recall: {
    /**
     * Networks in the true best tenth, at least one.
     */
    of: number;
    /**
     * How many of them the predicted best tenth has.
     */
    found: number;
  };
  /**
   * Expected final losses when networks are drawn at random and one of them is chosen, over all such draws.
   */
  choices: {
    /**
     * Networks drawn.
     */
    of: number;
    /**
     * Of the one that is predicted to be best.
     */
    chosen: number;
    /**
     * Of the one that is best.
     */
    best: number;
    /**
     * The difference.
     */
    regret: number;
  }[];
  /**
   * The networks, in the order of the trainings.
   */
  scatter: {
    /**
     * Genes of a network, a base-36 digit each in the order of the space's positions.
     */
    genes: string;
    /**
     * What people call the network, such as a hand design.
     */
    name?: string;
    /**
     * Of the decoder.
     */
    width: number;
    /**
     * Layers only.
     */
    parameters: number;
    /**
     * Loss that ranks, the mean over seeds.
     */
    predicted: number;
    /**
     * After training from scratch, the mean over seeds.
     */
    final: number;
  }[];
}
/**
 * Of all pairs of networks.
 */
export interface RankingQualityDocumentCorrelation {
  /**
   * From −1 to 1; 0: no better than chance.
   */
  value: number;
  /**
   * Where the 95 % interval begins.
   */
  low: number;
  /**
   * Where it ends.
   */
  high: number;
}
/**
 * Of pairs with the same decoder width.
 */
export interface RankingQualityDocumentCorrelation1 {
  /**
   * From −1 to 1; 0: no better than chance.
   */
  value: number;
  /**
   * Where the 95 % interval begins.
   */
  low: number;
  /**
   * Where it ends.
   */
  high: number;
}
/**
 * Of pairs in the same bin of size.
 */
export interface RankingQualityDocumentCorrelation2 {
  /**
   * From −1 to 1; 0: no better than chance.
   */
  value: number;
  /**
   * Where the 95 % interval begins.
   */
  low: number;
  /**
   * Where it ends.
   */
  high: number;
}

/**
 * Parallel text as it was published, before any step of preprocessing.
 */
export interface RawCorpusDocument {
  /**
   * How the files are laid out: `parallel` is text in files for each split; `iwslt14` is the content of an IWSLT'14 archive.
   */
  format: 'parallel' | 'iwslt14';
  /**
   * Language to translate from, ISO 639, with a region or without.
   */
  source: string;
  /**
   * Language to translate into, ISO 639, with a region or without.
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
   * Which text each split is. Absent: by the names that are usual.
   */
  splits?: {
    /**
     * A pattern of files, or several, whose text is joined in their order. {lang} is the language of the side, {src} and {tgt} those of both, {a|b} what the sides are called; * and ? stand for characters of a name, ** for any. Without a folder, it is looked for in any. One file for both sides is a table (.tsv, with `:1,2` behind it for the columns), .tmx, or WMT's .xml.
     */
    train?: string | string[];
    /**
     * Files as for `train`, or what to take out of the cleaned training pairs, all duplicates of a pair with it: `every` n-th pair, or a sample of so many `pairs`.
     */
    valid?:
      | string
      | string[]
      | {
          /**
           * Every so-manieth pair.
           */
          every: number;
        }
      | {
          /**
           * Pairs at most.
           */
          pairs: number;
          /**
           * Of the sample; 1 if absent.
           */
          seed?: number;
        };
    /**
     * Files as for `train`, or what to take out of the cleaned training pairs, all duplicates of a pair with it: `every` n-th pair, or a sample of so many `pairs`.
     */
    test?:
      | string
      | string[]
      | {
          /**
           * Every so-manieth pair.
           */
          every: number;
        }
      | {
          /**
           * Pairs at most.
           */
          pairs: number;
          /**
           * Of the sample; 1 if absent.
           */
          seed?: number;
        };
    /**
     * Further test sets, by name.
     */
    tests?: {
      /**
       * Files as for `train`, or what to take out of the cleaned training pairs, all duplicates of a pair with it: `every` n-th pair, or a sample of so many `pairs`.
       */
      [k: string]:
        | string
        | string[]
        | {
            /**
             * Every so-manieth pair.
             */
            every: number;
          }
        | {
            /**
             * Pairs at most.
             */
            pairs: number;
            /**
             * Of the sample; 1 if absent.
             */
            seed?: number;
          };
    };
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
 * Candidates that were trained from scratch, and how far each came.
 */
export interface RungsDocument {
  /**
   * What to show of it, in one line.
   */
  summary: string;
  /**
   * Choices of the search space; the default is the paper's (section 5.3).
   */
  space: {
    /**
     * Embedding widths; encoder and decoder choose independently. Multiples of twice the greatest number of heads; with an `attentionWidth` and attention alone, any.
     *
     * @minItems 1
     */
    widths: number[];
    /**
     * Inner width of a feed-forward network as a multiple of the layer's width. Not used where there are `inners`.
     *
     * @minItems 1
     */
    ratios: number[];
    /**
     * Inner widths as they are, whatever the layer's width (HAT: 512, 1024, 2048). Absent: `ratios` have them.
     *
     * @minItems 1
     */
    inners?: number[];
    /**
     * Attention heads and convolution groups of the mixing operators.
     *
     * @minItems 1
     */
    heads: number[];
    /**
     * Width of query, key and value of every attention, which heads divide among them (HAT: 512). Absent: that of the layer.
     */
    attentionWidth?: number;
    /**
     * Mixing operators.
     *
     * @minItems 1
     *
     * Items: Mixing operator.
     */
    operators: ('attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic')[];
    /**
     * Activations of the feed-forward networks.
     *
     * @minItems 1
     *
     * Items: Activation of the feed-forward network.
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
   * What the architectures leave open.
   */
  model: {
    /**
     * Place of the layer normalisation.
     */
    norm: 'post' | 'pre';
    /**
     * Convolution kernel of each layer; deeper layers take the last.
     *
     * @minItems 1
     */
    kernels: number[];
  };
  /**
   * The sample that all losses were measured on: drawn from this stream of random numbers.
   */
  validation: {
    seed: number;
    stream: string;
    /**
     * Target tokens asked for.
     */
    tokens: number;
    labelSmoothing: number;
    /**
     * Half of the validation sentences that it is drawn from. Absent: all.
     */
    half?: 'choose' | 'report';
  };
  /**
   * Updates that were made in all.
   */
  updates: number;
  rungs: {
    /**
     * Updates of each candidate by then.
     */
    updates: number;
    /**
     * Candidates that were trained.
     */
    trained: number;
    /**
     * Those that went on; at the last rung, that were chosen.
     */
    kept: number;
  }[];
  /**
   * In the order of the pool.
   */
  candidates: {
    /**
     * A base-36 digit each.
     */
    genes: string;
    /**
     * Why it was in the pool.
     */
    origin: {
      /**
       * `stratum`: drawn for a stratum that had nothing better; `random`: drawn from everything within the bounds.
       */
      from: 'ranking' | 'sample-space' | 'stratum' | 'random' | 'named';
      /**
       * Place in the ranking or sample space.
       */
      place?: number;
    };
    /**
     * Layers only.
     */
    parameters: number;
    /**
     * In all, embeddings and output matrix included.
     */
    total: number;
    /**
     * Multiply-adds of the layers, 30 tokens a side.
     */
    operations: number;
    /**
     * Milliseconds a translation on the machine that chose; where it is bounded.
     */
    latency?: number;
    /**
     * The same, predicted; where that is bounded.
     */
    predictedLatency?: number;
    /**
     * At each rung that it came to.
     *
     * Items: Label-smoothed validation loss, nats a token; null: training diverged.
     */
    losses: (number | null)[];
    /**
     * Rung, from 1, after which it did not go on. Absent: it was chosen.
     */
    left?: number;
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
     * Embedding widths; encoder and decoder choose independently. Multiples of twice the greatest number of heads; with an `attentionWidth` and attention alone, any.
     *
     * @minItems 1
     */
    widths: number[];
    /**
     * Inner width of a feed-forward network as a multiple of the layer's width. Not used where there are `inners`.
     *
     * @minItems 1
     */
    ratios: number[];
    /**
     * Inner widths as they are, whatever the layer's width (HAT: 512, 1024, 2048). Absent: `ratios` have them.
     *
     * @minItems 1
     */
    inners?: number[];
    /**
     * Attention heads and convolution groups of the mixing operators.
     *
     * @minItems 1
     */
    heads: number[];
    /**
     * Width of query, key and value of every attention, which heads divide among them (HAT: 512). Absent: that of the layer.
     */
    attentionWidth?: number;
    /**
     * Mixing operators.
     *
     * @minItems 1
     *
     * Items: Mixing operator.
     */
    operators: ('attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic')[];
    /**
     * Activations of the feed-forward networks.
     *
     * @minItems 1
     *
     * Items: Activation of the feed-forward network.
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
 * One network: a subnet that a search found, one that training chose, or one that was named.
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
    /**
     * Width of query, key and value. Absent: that of the layer.
     */
    attentionWidth?: number;
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
         * Activation of the feed-forward network.
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
         * Activation of the feed-forward network.
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
   * What the architecture leaves open, as counted and, with a supernet, as trained.
   */
  model: {
    /**
     * Place of the layer normalisation.
     */
    norm: 'post' | 'pre';
    /**
     * Convolution kernel of each layer; deeper layers take the last.
     *
     * @minItems 1
     */
    kernels: number[];
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
  score?: number;
  /**
   * Label-smoothed validation loss, nats a token: with inherited weights, or where it was trained, with its own.
   */
  loss?: number;
  /**
   * Where the loss is that of its own weights: how they were trained. Absent: the loss is that of inherited ones.
   */
  trained?: {
    /**
     * Updates from scratch.
     */
    updates: number;
    /**
     * Weights whose mean was measured.
     */
    averaged: number;
  };
  /**
   * The sample that the loss was measured on: drawn from this stream of random numbers.
   */
  validation?: {
    seed: number;
    stream: string;
    /**
     * Target tokens asked for.
     */
    tokens: number;
    labelSmoothing: number;
    /**
     * Half of the validation sentences that it is drawn from. Absent: all.
     */
    half?: 'choose' | 'report';
  };
}

/**
 * What networks of one space come to when each is trained by itself from scratch: a row a network and seed. A repeated run writes the same but for `seconds`.
 */
export interface TrainingsDocument {
  /**
   * What to show of it, in one line.
   */
  summary: string;
  /**
   * What the genes are of.
   */
  space: {
    /**
     * Embedding widths; encoder and decoder choose independently. Multiples of twice the greatest number of heads; with an `attentionWidth` and attention alone, any.
     *
     * @minItems 1
     */
    widths: number[];
    /**
     * Inner width of a feed-forward network as a multiple of the layer's width. Not used where there are `inners`.
     *
     * @minItems 1
     */
    ratios: number[];
    /**
     * Inner widths as they are, whatever the layer's width (HAT: 512, 1024, 2048). Absent: `ratios` have them.
     *
     * @minItems 1
     */
    inners?: number[];
    /**
     * Attention heads and convolution groups of the mixing operators.
     *
     * @minItems 1
     */
    heads: number[];
    /**
     * Width of query, key and value of every attention, which heads divide among them (HAT: 512). Absent: that of the layer.
     */
    attentionWidth?: number;
    /**
     * Mixing operators.
     *
     * @minItems 1
     *
     * Items: Mixing operator.
     */
    operators: ('attention' | 'light' | 'dynamic' | 'lsra-light' | 'lsra-dynamic')[];
    /**
     * Activations of the feed-forward networks.
     *
     * @minItems 1
     *
     * Items: Activation of the feed-forward network.
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
   * What all of them share, and their architectures leave open.
   */
  model: {
    /**
     * Place of the layer normalisation.
     */
    norm: 'post' | 'pre';
    /**
     * Convolution kernel of each layer; deeper layers take the last.
     *
     * @minItems 1
     */
    kernels: number[];
  };
  /**
   * How each was trained.
   */
  settings: {
    /**
     * Updates of each network.
     */
    updates: number;
    /**
     * Checkpoints at ends of epochs, the last ones, that `final` is the mean of; at most.
     */
    averageEpochs: number;
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
     * After embeddings and after each sub-layer.
     */
    dropout: number;
    /**
     * On the weights of attention.
     */
    attentionDropout: number;
    /**
     * On the normalised kernels of convolutions.
     */
    weightDropout: number;
    /**
     * How `bleu` of the rows was measured; absent where it was not.
     */
    bleu?: {
      /**
       * What was translated.
       */
      split: string;
      /**
       * Hypotheses kept at each step.
       */
      beam: number;
    };
  };
  /**
   * What they were trained and measured on. Absent in data files of before: then only counts can be compared.
   */
  corpus?: {
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
     * Whether text is lowercased before it becomes ids.
     */
    lowercase: boolean;
    /**
     * SHA-256 of the files by which text becomes ids: what is trained with some fits no others, whatever their sizes.
     */
    vocabulary: {
      /**
       * Of codes.txt.
       */
      codes: string;
      /**
       * Of dict.source.txt.
       */
      source: string;
      /**
       * Of dict.target.txt.
       */
      target: string;
    };
    /**
     * SHA-256 of the training pairs as ids.
     */
    train: string;
    /**
     * SHA-256 of the validation pairs as ids.
     */
    valid: string;
  };
  /**
   * What all losses were measured on, the same for all rows.
   */
  validation: {
    /**
     * Target tokens, `</s>` included.
     */
    tokens: number;
    /**
     * Sentence pairs.
     */
    sentences: number;
  };
  /**
   * @minItems 1
   */
  rows: {
    /**
     * Genes of a network, a base-36 digit each in the order of the space's positions.
     */
    genes: string;
    /**
     * What people call the network, such as a hand design.
     */
    name?: string;
    /**
     * Which networks it was drawn among; absent where it was named.
     */
    stratum?: {
      /**
       * Of the decoder.
       */
      width: number;
      /**
       * Fewest parameters (layers only).
       */
      from: number;
      /**
       * Most parameters.
       */
      to: number;
    };
    /**
     * Of weights, batches and dropout.
     */
    seed: number;
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
     * Multiply-adds of the layers, 30 tokens a side.
     */
    operations: number;
    /**
     * Label-smoothed validation loss, nats a token, by update, as points [update, loss]; the last is that of the last update.
     *
     * @minItems 1
     */
    curve: number[][];
    /**
     * The same of the mean of the weights at the end of the last epochs.
     */
    final: number;
    /**
     * Of that mean, as multi-bleu.perl: 0 to 100.
     */
    bleu?: number;
    /**
     * Wall time of its training on the machine that made it, validation included; no two runs have the same.
     */
    seconds: number;
  }[];
}

/**
 * Translations of a split, in its order; of further test sets, in a folder for each.
 */
export interface TranslationsDocument {
  /**
   * What to show of it, in one line.
   */
  summary: string;
  /**
   * `valid`, or a test set by its name.
   */
  split: string;
  sentences: number;
  beam: number;
  /**
   * Most hypotheses of a sentence in nbest.jsonl.
   */
  nBest: number;
  /**
   * Mean of log p / length^α.
   */
  meanScore: number;
  /**
   * Further test sets by name.
   */
  others?: {
    [k: string]: {
      sentences: number;
      /**
       * Mean of log p / length^α.
       */
      meanScore: number;
    };
  };
}

/** The document of each artifact type. */
export interface ArtifactDocuments {
  bleu: BleuDocument;
  checkpoint: CheckpointDocument;
  comparison: ComparisonDocument;
  corpus: CorpusDocument;
  divergence: DivergenceDocument;
  front: FrontDocument;
  latencies: LatenciesDocument;
  losses: LossesDocument;
  metrics: MetricsDocument;
  model: ModelDocument;
  networks: NetworksDocument;
  onnx: OnnxDocument;
  predictor: PredictorDocument;
  ranking: RankingDocument;
  'ranking-quality': RankingQualityDocument;
  'raw-corpus': RawCorpusDocument;
  rungs: RungsDocument;
  'sample-space': SampleSpaceDocument;
  subnet: SubnetDocument;
  trainings: TrainingsDocument;
  translations: TranslationsDocument;
}
