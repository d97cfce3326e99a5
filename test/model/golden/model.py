"""
The model in PyTorch, from the papers and from what fairseq and HAT publish, by PyTorch's own operators wherever it has them.
Parameters are made where they are first used, so a function's use of them says which there are and in what shapes.
"""

import math

import torch
import torch.nn.functional as F

import draw

PADDING, END = 1, 2


class Weights:
    """Parameters of one case, in double precision, drawn as they are asked for."""

    def __init__(self, case: str):
        self.case = case
        self.leaves: dict[str, torch.Tensor] = {}

    def __call__(self, key: str, *shape: int) -> torch.Tensor:
        if key not in self.leaves:
            self.leaves[key] = torch.from_numpy(draw.parameter(self.case, key, shape)).double().requires_grad_()
        assert self.leaves[key].shape == shape, key
        return self.leaves[key]


def linear(w: Weights, key: str, x, width: int):
    return F.linear(x, w(f"{key}.weight", width, x.shape[-1]), w(f"{key}.bias", width))


def norm(w: Weights, key: str, x):
    width = x.shape[-1]
    return F.layer_norm(x, (width,), w(f"{key}.weight", width), w(f"{key}.bias", width), eps=1e-5)


def attend(query, key, value, heads: int, visible=None):
    """Vaswani et al. 2017, section 3.2.2. `visible` is true where a step (last axis but one) may look (last axis)."""
    split = lambda x: x.unflatten(-1, (heads, -1)).transpose(1, 2)
    y = F.scaled_dot_product_attention(split(query), split(key), split(value), attn_mask=visible)
    return y.transpose(1, 2).flatten(-2)


def light_convolution(x, kernels, causal: bool):
    """Wu et al. 2019, section 3, as a depthwise convolution: channels C/H * h ... C/H * (h + 1) - 1 share kernel h. `kernels [H, K]`."""
    heads, taps = kernels.shape
    width = x.shape[-1]
    before = taps - 1 if causal else taps // 2
    filters = kernels.repeat_interleave(width // heads, 0).unsqueeze(1)
    return F.conv1d(F.pad(x.transpose(1, 2), (before, taps - 1 - before)), filters, groups=width).transpose(1, 2)


def dynamic_convolution(x, kernels, causal: bool):
    """Wu et al. 2019, section 4: as above, with kernels `[batch, time, H, K]`."""
    heads, taps = kernels.shape[2:]
    before = taps - 1 if causal else taps // 2
    windows = F.pad(x, (0, 0, before, taps - 1 - before)).unfold(1, taps, 1)
    return (windows * kernels.repeat_interleave(x.shape[-1] // heads, 2)).sum(-1)


def self_attention(w: Weights, key: str, x, heads: int, causal: bool, tokens):
    width, steps = x.shape[-1], x.shape[1]
    q, k, v = (linear(w, f"{key}.{part}", x, width) for part in ("query", "key", "value"))
    every = torch.ones(steps, steps).bool()
    visible = every.tril() if causal else every
    return linear(w, f"{key}.out", attend(q, k, v, heads, visible & tokens[:, None, None, :]), width)


def convolution(w: Weights, key: str, x, kind: str, heads: int, taps: int, causal: bool, tokens):
    """fairseq's block without gated linear units: what stands at padding is zeroed after the first projection."""
    width = x.shape[-1]
    inner = linear(w, f"{key}.in", x, width) * tokens.unsqueeze(-1)
    if kind == "light":
        y = light_convolution(inner, w(f"{key}.kernel", heads, taps).softmax(-1), causal)
    else:
        generated = F.linear(inner, w(f"{key}.kernel", heads * taps, width))
        y = dynamic_convolution(inner, generated.unflatten(-1, (heads, taps)).softmax(-1), causal)
    return linear(w, f"{key}.out", y, width)


def mix(w: Weights, key: str, x, operator: str, heads: int, taps: int, causal: bool, tokens):
    if operator == "attention":
        return self_attention(w, key, x, heads, causal, tokens)
    if operator in ("light", "dynamic"):
        return convolution(w, key, x, operator, heads, taps, causal, tokens)
    left, right = x.chunk(2, -1)
    return torch.cat([
        self_attention(w, f"{key}.attention", left, heads, causal, tokens),
        convolution(w, f"{key}.convolution", right, operator.removeprefix("lsra-"), heads, taps, causal, tokens),
    ], -1)


ACTIVATIONS = {"relu": F.relu, "leaky-relu": lambda x: F.leaky_relu(x, 0.01), "swish": F.silu}


def feed_forward(w: Weights, key: str, x, inner: int, activation: str):
    return linear(w, f"{key}.down", ACTIVATIONS[activation](linear(w, f"{key}.up", x, inner)), x.shape[-1])


def sublayer(w: Weights, key: str, x, order: str, f):
    return x + f(norm(w, key, x)) if order == "pre" else norm(w, key, x + f(x))


def feed_forward_sublayer(w: Weights, key: str, x, c: dict, order: str):
    f = lambda y: feed_forward(w, f"{key}.feed-forward", y, c["inner"], c["activation"])
    return sublayer(w, f"{key}.feed-forward-norm", x, order, f)


def encoder_cell(w: Weights, key: str, x, c: dict, order: str, taps: int, tokens):
    mixed = lambda y: mix(w, f"{key}.{c['operator']}", y, c["operator"], c["heads"], taps, False, tokens)
    x = sublayer(w, f"{key}.mixing-norm", x, order, mixed)
    return feed_forward_sublayer(w, key, x, c, order)


def decoder_cell(w: Weights, key: str, x, c: dict, order: str, taps: int, memory, tokens):
    """`memory`: outputs of the encoder's layers, last first; the cell sees the first `span` of them joined along time (HAT)."""
    every = torch.ones(x.shape[:2]).bool()
    width = x.shape[-1]
    joined = torch.cat(memory[: c["span"]], 1)
    visible = tokens.repeat(1, c["span"])[:, None, None, :]

    def cross(y):
        q, k, v = (linear(w, f"{key}.cross.{part}", of, width) for part, of in (("query", y), ("key", joined), ("value", joined)))
        return linear(w, f"{key}.cross.out", attend(q, k, v, c["crossHeads"], visible), width)

    mixed = lambda y: mix(w, f"{key}.{c['operator']}", y, c["operator"], c["heads"], taps, True, every)
    x = sublayer(w, f"{key}.mixing-norm", x, order, mixed)
    x = sublayer(w, f"{key}.cross-norm", x, order, cross)
    return feed_forward_sublayer(w, key, x, c, order)


def embed(w: Weights, key: str, ids, types: int, width: int):
    """fairseq: sqrt(d) * E[id] + sinusoids, sines then cosines; the first token's position is the padding's id + 1, padding has none."""
    half = width // 2
    frequencies = torch.exp(torch.arange(half).double() * -(math.log(10000) / (half - 1)))
    real = (ids != PADDING).double()
    angles = (real.cumsum(1) + PADDING).unsqueeze(-1) * frequencies
    positions = F.pad(torch.cat([angles.sin(), angles.cos()], -1), (0, width % 2)) * real.unsqueeze(-1)
    return math.sqrt(width) * F.embedding(ids, w(f"{key}.embedding.weight", types, width)) + positions


def cross_entropy(logits, targets, smoothing: float):
    """(1 - e) * nll + e / V * sum of -log p, summed over all targets but padding: the form of Szegedy et al. 2016, HAT and PyTorch."""
    return F.cross_entropy(logits, targets, ignore_index=PADDING, label_smoothing=smoothing, reduction="sum")


def cross_entropy_over_others(logits, targets, smoothing: float):
    """1 - e of the target and e spread over all other types, as fairseq has had it since 2020; summed over all targets but padding."""
    wanted = torch.full_like(logits, smoothing / (logits.shape[1] - 1)).scatter(1, targets[:, None], 1 - smoothing)
    return -(wanted * F.log_softmax(logits, dim=1)).sum(dim=1)[targets != PADDING].sum()


def logits(w: Weights, net: dict, source, given):
    """Logits `[batch * time, types]` of a whole network."""
    encoder, decoder, order = net["encoder"], net["decoder"], net["norm"]
    taps = lambda layer: net["kernels"][min(layer, len(net["kernels"]) - 1)]
    tokens = source != PADDING
    x = embed(w, "encoder", source, net["sourceTypes"], encoder["width"])
    memory = []
    for i, cell in enumerate(encoder["layers"]):
        x = encoder_cell(w, f"encoder.layers.{i}", x, cell, order, taps(i), tokens)
        memory.insert(0, x)
    if order == "pre":
        memory[0] = norm(w, "encoder.norm", memory[0])
    x = embed(w, "decoder", given, net["targetTypes"], decoder["width"])
    for i, cell in enumerate(decoder["layers"]):
        x = decoder_cell(w, f"decoder.layers.{i}", x, cell, order, taps(i), memory, tokens)
    if order == "pre":
        x = norm(w, "decoder.norm", x)
    return F.linear(x, w("output.weight", net["targetTypes"], decoder["width"])).flatten(0, 1)


def rectangle(sentences, left: bool):
    longest = max(map(len, sentences))
    fill = lambda s: [PADDING] * (longest - len(s))
    return torch.tensor([fill(s) + s if left else s + fill(s) for s in sentences])


def batch(case: str, lengths, net: dict):
    """Sources padded on the left; what the decoder reads, its targets with the end moved to the front, and these, padded on the right."""
    sources = draw.sentences(f"{case}/source", [s for s, _ in lengths], net["sourceTypes"])
    targets = draw.sentences(f"{case}/target", [t for _, t in lengths], net["targetTypes"])
    return rectangle(sources, True), rectangle([[END, *t[:-1]] for t in targets], False), rectangle(targets, False)
