"""
Makes hat.json, what test/model/golden/hat.test.ts compares with: `python3 test/model/golden/hat.py`, with torch and numpy (last made with
torch 2.15, CPU). Subnets as HAT's code defines them (Wang et al. 2020), in double precision: each parameter is the whole supernet's, of
which a subnet takes the first rows and columns; query, key and value are the thirds of one matrix, as wide in every subnet; positions are
the first channels of the widest network's sinusoids; a cross-attention sees the last 1, 2 or 3 encoder layers joined along time.
"""

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F

import draw
import model
from make import all_stored, stored

# Choices of a small space of HAT's kind. Eight heads divide neither width, but that of query, key and value.
WIDEST, INNER, QKV, ENCODER_LAYERS, DECODER_LAYERS = 28, 40, 32, 4, 3
SOURCE_TYPES, TARGET_TYPES = 29, 26


class Supernet:
    """The whole supernet's parameters, drawn as they are asked for, and the corners of them that were used."""

    def __init__(self, case: str):
        self.case = case
        self.leaves: dict[str, torch.Tensor] = {}
        self.corners: dict[str, tuple[slice, ...]] = {}

    def __call__(self, key: str, whole: tuple[int, ...], corner: tuple[int, ...]) -> torch.Tensor:
        if key not in self.leaves:
            self.leaves[key] = torch.from_numpy(draw.parameter(self.case, key, whole)).double().requires_grad_()
        self.corners[key] = tuple(slice(extent) for extent in corner)
        return self.leaves[key][self.corners[key]]

    def gradients(self, loss: torch.Tensor) -> dict[str, torch.Tensor]:
        """Of what the subnet has; of all else they are 0."""
        corners = {}
        for (key, leaf), gradient in zip(self.leaves.items(), torch.autograd.grad(loss, list(self.leaves.values()))):
            corners[key] = gradient[self.corners[key]]
            assert gradient.count_nonzero() == corners[key].count_nonzero(), f"{key} beyond its corner of {leaf.shape}"
        return corners


def linear(w: Supernet, key: str, x, whole: tuple[int, int], out: int):
    return F.linear(x, w(f"{key}.weight", whole, (out, x.shape[-1])), w(f"{key}.bias", whole[:1], (out,)))


def norm(w: Supernet, key: str, x):
    d = x.shape[-1]
    return F.layer_norm(x, (d,), w(f"{key}.weight", (WIDEST,), (d,)), w(f"{key}.bias", (WIDEST,), (d,)), eps=1e-5)


def attention(w: Supernet, key: str, x, memory, heads: int, hidden):
    """`hidden` is true where a step (last axis but one) may not look (last axis)."""
    parts = {"query": x, "key": memory, "value": memory}
    for part, of in parts.items():
        w(f"{key}.{part}.weight", (QKV, WIDEST), (QKV, of.shape[-1]))
    matrix = torch.cat([w.leaves[f"{key}.{part}.weight"] for part in parts])
    bias = torch.cat([w(f"{key}.{part}.bias", (QKV,), (QKV,)) for part in parts])

    def project(of, third: int):
        rows = slice(third * QKV, (third + 1) * QKV)
        return F.linear(of, matrix[rows, : of.shape[-1]], bias[rows])

    size = QKV // heads
    split = lambda y: y.reshape(*y.shape[:2], heads, size).transpose(1, 2)
    q, k, v = split(project(x, 0) * size**-0.5), split(project(memory, 1)), split(project(memory, 2))
    weights = (q @ k.transpose(-1, -2)).masked_fill(hidden, -math.inf).softmax(-1)
    joined = (weights @ v).transpose(1, 2).reshape(*x.shape[:2], QKV)
    return linear(w, f"{key}.out", joined, (WIDEST, QKV), x.shape[-1])


def feed_forward(w: Supernet, key: str, x, inner: int):
    return linear(w, f"{key}.down", linear(w, f"{key}.up", x, (INNER, WIDEST), inner).relu(), (WIDEST, INNER), x.shape[-1])


def sublayer(w: Supernet, key: str, x, before: bool, f):
    return x + f(norm(w, key, x)) if before else norm(w, key, x + f(x))


def embed(w: Supernet, side: str, ids, types: int, d: int):
    """The first token's position is the padding's id + 1, padding has none; sinusoids of the widest, sines then cosines, sliced."""
    half = WIDEST // 2
    frequencies = torch.exp(torch.arange(half).double() * -(math.log(10000) / (half - 1)))
    real = (ids != model.PADDING).double()
    angles = (real.cumsum(1) + model.PADDING).unsqueeze(-1) * frequencies
    positions = torch.cat([angles.sin(), angles.cos()], -1)[..., :d] * real.unsqueeze(-1)
    return math.sqrt(d) * F.embedding(ids, w(f"{side}.embedding.weight", (types, WIDEST), (types, d))) + positions


def logits(w: Supernet, c: dict, before: bool, source, given):
    """Logits `[batch * time, types]` of a subnet in HAT's names, whose lists may be longer than its decoder is deep."""
    padding = source == model.PADDING
    x = embed(w, "encoder", source, SOURCE_TYPES, c["encoder-embed-dim"])
    layers = []
    for i in range(c["encoder-layer-num"]):
        key, heads = f"encoder.layers.{i}", c["encoder-self-attention-heads-all"][i]
        x = sublayer(w, f"{key}.mixing-norm", x, before, lambda y: attention(w, f"{key}.attention", y, y, heads, padding[:, None, None, :]))
        x = sublayer(w, f"{key}.feed-forward-norm", x, before, lambda y: feed_forward(w, f"{key}.feed-forward", y, c["encoder-ffn-embed-dim-all"][i]))
        layers.append(x)
    last = norm(w, "encoder.norm", x) if before else x
    x = embed(w, "decoder", given, TARGET_TYPES, c["decoder-embed-dim"])
    later = torch.ones(x.shape[1], x.shape[1]).triu(1).bool()
    for i in range(c["decoder-layer-num"]):
        key, heads = f"decoder.layers.{i}", c["decoder-self-attention-heads-all"][i]
        seen = {-1: [last], 1: [last, layers[-2]], 2: [last, layers[-2], layers[-3]]}[c["decoder-arbitrary-ende-attn-all"][i]]
        memory, hidden = torch.cat(seen, 1), torch.cat([padding] * len(seen), 1)[:, None, None, :]
        cross = c["decoder-ende-attention-heads-all"][i]
        x = sublayer(w, f"{key}.mixing-norm", x, before, lambda y: attention(w, f"{key}.attention", y, y, heads, later))
        x = sublayer(w, f"{key}.cross-norm", x, before, lambda y: attention(w, f"{key}.cross", y, memory, cross, hidden))
        x = sublayer(w, f"{key}.feed-forward-norm", x, before, lambda y: feed_forward(w, f"{key}.feed-forward", y, c["decoder-ffn-embed-dim-all"][i]))
    if before:
        x = norm(w, "decoder.norm", x)
    return F.linear(x, w("output.weight", (TARGET_TYPES, WIDEST), (TARGET_TYPES, x.shape[-1]))).flatten(0, 1)


SPACE = {
    "widths": [WIDEST, 18], "ratios": [1], "inners": [INNER, 24, 12], "heads": [2, 4, 8], "attentionWidth": QKV, "operators": ["attention"],
    "activations": ["relu"], "encoderLayers": ENCODER_LAYERS, "decoderLayers": [3, 2, 1], "crossHeads": [2, 4, 8], "spans": [1, 2, 3],
}


def choices(encoder: int, decoder: int, decoder_layers: int) -> dict:
    """Every choice of heads, inner width and span is somewhere."""
    return {
        "encoder-embed-dim": encoder, "decoder-embed-dim": decoder, "encoder-layer-num": ENCODER_LAYERS, "decoder-layer-num": decoder_layers,
        "encoder-ffn-embed-dim-all": [INNER, 12, 24, 12], "decoder-ffn-embed-dim-all": [24, INNER, 12],
        "encoder-self-attention-heads-all": [8, 2, 4, 8], "decoder-self-attention-heads-all": [4, 8, 2],
        "decoder-ende-attention-heads-all": [8, 4, 2], "decoder-arbitrary-ende-attn-all": [2, -1, 1],
    }


def cases():
    for encoder, decoder, depth, order, lengths in [
        (18, WIDEST, 3, "post", [[7, 4], [1, 6], [4, 1], [9, 9]]), (WIDEST, 18, 1, "post", [[1, 1]]), (18, WIDEST, 2, "pre", [[5, 3], [2, 7]]),
    ]:
        name, c = f"subnet of {encoder} and {decoder}, {order}", choices(encoder, decoder, depth)
        source, given, target = model.batch(name, lengths, {"sourceTypes": SOURCE_TYPES, "targetTypes": TARGET_TYPES})
        w = Supernet(name)
        made = logits(w, c, order == "pre", source, given)
        loss = model.cross_entropy(made, target.flatten(), 0.1)
        yield {
            "name": name, "choices": c, "space": SPACE, "norm": order, "sourceTypes": SOURCE_TYPES, "targetTypes": TARGET_TYPES,
            "lengths": lengths, "smoothing": 0.1, "loss": loss.item(),
            "output": stored(made * (target.flatten() != model.PADDING).unsqueeze(-1)), "gradients": all_stored(w.gradients(loss)),
        }


if __name__ == "__main__":
    torch.set_num_threads(1)
    lines = [json.dumps(case) for case in cases()]
    Path(__file__).with_name("hat.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
    print(f"hat.json: {len(lines)} cases")
