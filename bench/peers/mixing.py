"""Lightweight and dynamic convolution (Wu et al. 2019) and LSRA (Wu et al. 2020) in PyTorch, which has none of them built in.

Convolutions are products with band matrices, which is how fairseq's Python computes them while training on sentences as short as these.
All modules are called as PyTorch's Transformer layers call their self-attention; none takes padding.
"""
import torch
from torch import nn
from torch.nn import functional as F


class Mixing(nn.Module):
    # Layers ask these of their attention; without a bias they do not take a fast path that goes around the module.
    batch_first = True
    in_proj_bias = None

    def forward(self, x, _key, _value, key_padding_mask=None, attn_mask=None, is_causal=False, need_weights=False):
        assert key_padding_mask is None
        return self.mix(x, attn_mask, is_causal), None


class Convolution(Mixing):
    def __init__(self, width, heads, kernel, causal, dynamic):
        super().__init__()
        self.heads, self.kernel, self.dynamic = heads, kernel, dynamic
        self.before = kernel - 1 if causal else kernel // 2
        self.inside = nn.Linear(width, width)
        self.weight = nn.Parameter(torch.empty(heads * kernel, width) if dynamic else torch.empty(heads, kernel))
        self.outside = nn.Linear(width, width)
        nn.init.xavier_uniform_(self.weight)

    def mix(self, x, _mask, _causal):
        batch, time, width = x.shape
        inner = self.inside(x)
        if self.dynamic:
            weights = F.linear(inner, self.weight).view(batch, time, self.heads, self.kernel).softmax(-1).transpose(1, 2)
        else:
            weights = self.weight.softmax(-1).unsqueeze(1).expand(self.heads, time, self.kernel)
        channels = inner.view(batch, time, self.heads, width // self.heads).transpose(1, 2)
        mixed = band(weights, self.before) @ channels
        return self.outside(mixed.transpose(1, 2).reshape(batch, time, width))


class SideBySide(Mixing):
    """LSRA: attention on the first half of the channels, convolution on the second."""

    def __init__(self, width, heads, kernel, causal, dynamic):
        super().__init__()
        self.attention = nn.MultiheadAttention(width // 2, heads, batch_first=True)
        self.convolution = Convolution(width // 2, heads, kernel, causal, dynamic)

    def mix(self, x, mask, causal):
        left, right = x.chunk(2, -1)
        attended, _ = self.attention(left, left, left, attn_mask=mask, is_causal=causal, need_weights=False)
        return torch.cat([attended, self.convolution.mix(right, mask, causal)], -1)


def band(weights, before):
    """[..., time, kernel] to [..., time, time]: row t has its kernel from column t - before on, as far as there are columns."""
    *outer, time, kernel = weights.shape
    # Written with one element more than they are read with, rows end up each one element further right than the one above.
    skewed = F.pad(weights, (0, time)).flatten(-2)[..., : time * (time + kernel - 1)]
    return skewed.reshape(*outer, time, time + kernel - 1)[..., before : before + time]


def mixing(operator, width, heads, kernel, causal):
    module = SideBySide if operator.startswith("lsra-") else Convolution
    return module(width, heads, kernel, causal, operator.endswith("dynamic"))
