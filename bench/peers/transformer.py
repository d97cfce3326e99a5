"""The benchmark's model in PyTorch, from its own Transformer: what this project's does, and nothing more."""
import torch
from torch import nn

from mixing import mixing

PADDING = 1
MOST_POSITIONS = 512


class Translator(nn.Module):
    def __init__(self, setup):
        super().__init__()
        width, heads, layers, rate = (setup[name] for name in ("width", "heads", "layers", "dropout"))
        source_types, target_types = setup["types"]
        self.width = width
        self.source = nn.Embedding(source_types, width, padding_idx=PADDING)
        self.target = nn.Embedding(target_types, width, padding_idx=PADDING)
        self.positions = nn.Parameter(torch.randn(MOST_POSITIONS, width) * 0.1, requires_grad=False)
        self.drop = nn.Dropout(rate)
        self.body = nn.Transformer(width, heads, layers, layers, setup["inner"], rate, batch_first=True)
        self.output = nn.Linear(width, target_types, bias=False)
        for table in (self.source, self.target):
            nn.init.normal_(table.weight, std=width**-0.5)
        nn.init.normal_(self.output.weight, std=width**-0.5)
        self.leave_out_extras()
        if setup["operator"] != "attention":
            self.replace_attention(setup)

    def leave_out_extras(self):
        """PyTorch's layers also drop out attention weights (which keeps them from its fused attention) and inner activations, and its
        stacks end in a norm even after post-norm layers."""
        self.body.encoder.norm = self.body.decoder.norm = None
        for layer in [*self.body.encoder.layers, *self.body.decoder.layers]:
            layer.dropout = nn.Identity()
            layer.self_attn.dropout = 0.0
        for layer in self.body.decoder.layers:
            layer.multihead_attn.dropout = 0.0

    def replace_attention(self, setup):
        for stack, causal in ((self.body.encoder, False), (self.body.decoder, True)):
            for layer, kernel in zip(stack.layers, setup["kernels"]):
                layer.self_attn = mixing(setup["operator"], self.width, setup["heads"], kernel, causal)

    def embed(self, table, ids):
        return self.drop(table(ids) * self.width**0.5 + self.positions[: ids.shape[1]])

    def forward(self, source, target_input):
        """Logits [batch, time, types]. Target padding is on the right, where the causal mask hides it."""
        causal = nn.Transformer.generate_square_subsequent_mask(target_input.shape[1])
        padding = source == PADDING
        masks = dict(src_key_padding_mask=padding, memory_key_padding_mask=padding) if bool(padding.any()) else {}
        features = self.body(
            self.embed(self.source, source), self.embed(self.target, target_input), tgt_mask=causal, tgt_is_causal=True, **masks
        )
        return self.output(features)
