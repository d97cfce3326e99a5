import type { Architecture, EncoderLayer } from '../../src/model/architecture.ts';
import type { Space } from '../../src/nas/space.ts';

/** HAT's space for IWSLT'14 German-English (Wang et al. 2020; its configuration `space1`). */
export const hatSpace: Space = {
  widths: [640, 512],
  ratios: [1],
  inners: [2048, 1024, 512],
  heads: [4, 2],
  attentionWidth: 512,
  operators: ['attention'],
  activations: ['relu'],
  encoderLayers: 6,
  decoderLayers: [6, 5, 4, 3, 2, 1],
  crossHeads: [4, 2],
  spans: [1, 2, 3],
};

/** A network as HAT's configurations have it; lists may be longer than the decoder is deep. */
export interface HatChoices {
  'encoder-embed-dim': number;
  'decoder-embed-dim': number;
  'encoder-layer-num': number;
  'decoder-layer-num': number;
  'encoder-ffn-embed-dim-all': number[];
  'decoder-ffn-embed-dim-all': number[];
  'encoder-self-attention-heads-all': number[];
  'decoder-self-attention-heads-all': number[];
  'decoder-ende-attention-heads-all': number[];
  /** −1, 1 and 2: the last one, two and three encoder layers. */
  'decoder-arbitrary-ende-attn-all': number[];
}

export function hatArchitecture(choices: HatChoices, attentionWidth: number): Architecture {
  const layers = (part: 'encoder' | 'decoder'): EncoderLayer[] =>
    Array.from({ length: choices[`${part}-layer-num`] }, (_, i) => ({
      operator: 'attention',
      heads: choices[`${part}-self-attention-heads-all`][i],
      inner: choices[`${part}-ffn-embed-dim-all`][i],
      activation: 'relu',
    }));
  return {
    attentionWidth,
    encoder: { width: choices['encoder-embed-dim'], layers: layers('encoder') },
    decoder: {
      width: choices['decoder-embed-dim'],
      layers: layers('decoder').map((layer, i) => ({
        ...layer,
        crossHeads: choices['decoder-ende-attention-heads-all'][i],
        span: Math.max(choices['decoder-arbitrary-ende-attn-all'][i], 0) + 1,
      })),
    },
  };
}
