"""Reads a `model` artifact of shrinknas without shrinknas, and translates with it.

    python3 examples/read_model.py MODEL < tokens > translations

MODEL is the artifact's folder. A line of the input is a sentence's tokens, parted by spaces, as `<split>.source.txt` of a corpus
has them (tokenised, lowercased where the corpus was); a line of the output is the best translation's tokens, as `hypotheses.txt`
of `translations` has them. docs/artifacts.md ("A model elsewhere") says in words what is written here. Needs torch and safetensors.
"""

import json
import math
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch.nn import functional as F

SPECIALS = ["<s>", "<pad>", "</s>", "<unk>"]
START, PADDING, END, UNKNOWN = range(4)
BEAM, LENGTH_PENALTY, MAX_LENGTH = 5, 1.0, 200
ACTIVATIONS = {"relu": F.relu, "leaky-relu": lambda x: F.leaky_relu(x, 0.01), "swish": F.silu}


class Model:
    """One sentence at a time, so there is no padding to think of. Features are [time, width]."""

    def __init__(self, folder):
        document = json.loads((folder / "model.json").read_text("utf-8"))
        self.architecture, self.config = document["architecture"], document["model"]
        self.weights = {name: tensor.double() for name, tensor in load_file(folder / "weights.safetensors").items()}

    def linear(self, name, x):
        return F.linear(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def norm(self, name, x):
        return F.layer_norm(x, x.shape[-1:], self.weights[f"{name}.weight"], self.weights[f"{name}.bias"], 1e-5)

    def residual(self, norm, x, sublayer):
        if self.config["norm"] == "pre":
            return x + sublayer(self.norm(norm, x))
        return self.norm(norm, x + sublayer(x))

    def embed(self, part, ids):
        table = self.weights[f"{part}.embedding.weight"]
        width = table.shape[1]
        half = width // 2
        frequencies = torch.exp(torch.arange(half).double() * -(math.log(10000) / max(half - 1, 1)))
        angles = torch.arange(2, 2 + len(ids)).double()[:, None] * frequencies
        positions = F.pad(torch.cat([angles.sin(), angles.cos()], 1), (0, width % 2))
        return math.sqrt(width) * table[ids] + positions

    def attention(self, name, heads, x, source, causal=False):
        def split(tensor):
            return tensor.unflatten(-1, (heads, -1)).transpose(0, 1)

        query, key, value = (split(self.linear(f"{name}.{part}", y)) for part, y in
                             (("query", x), ("key", source), ("value", source)))
        scores = query @ key.transpose(1, 2) / math.sqrt(query.shape[-1])
        if causal:
            scores = scores.masked_fill(torch.ones(scores.shape[-2:]).triu(1).bool(), -math.inf)
        return self.linear(f"{name}.out", (scores.softmax(-1) @ value).transpose(0, 1).flatten(1))

    def convolution(self, name, heads, taps, x, causal, dynamic):
        inner = self.linear(f"{name}.in", x)
        kernel = self.weights[f"{name}.kernel"]
        if dynamic:  # Row h · taps + k makes tap k of head h: [time, heads, taps].
            kernel = F.linear(inner, kernel).unflatten(-1, (heads, taps))
        kernel = kernel.softmax(-1).expand(len(x), heads, taps)
        before = taps - 1 if causal else taps // 2
        windows = F.pad(inner, (0, 0, before, taps - 1 - before)).unfold(0, taps, 1)  # [time, width, taps]
        mixed = torch.einsum("thck,thk->thc", windows.unflatten(1, (heads, -1)), kernel)
        return self.linear(f"{name}.out", mixed.flatten(1))

    def mixing(self, name, i, layer, x, causal):
        operator, heads = layer["operator"], layer["heads"]
        taps = self.config["kernels"][min(i, len(self.config["kernels"]) - 1)]
        name = f"{name}.{operator}"
        dynamic = operator.endswith("dynamic")
        if operator == "attention":
            return self.attention(name, heads, x, x, causal)
        if operator in ("light", "dynamic"):
            return self.convolution(name, heads, taps, x, causal, dynamic)
        first, second = x.chunk(2, -1)
        return torch.cat([self.attention(f"{name}.attention", heads, first, first, causal),
                          self.convolution(f"{name}.convolution", heads, taps, second, causal, dynamic)], -1)

    def feed_forward(self, name, layer, x):
        return self.linear(f"{name}.down", ACTIVATIONS[layer["activation"]](self.linear(f"{name}.up", x)))

    def encode(self, ids):
        """Outputs of all layers, the last first."""
        x, outputs = self.embed("encoder", ids), []
        for i, layer in enumerate(self.architecture["encoder"]["layers"]):
            name = f"encoder.layers.{i}"
            x = self.residual(f"{name}.mixing-norm", x, lambda y: self.mixing(name, i, layer, y, False))
            x = self.residual(f"{name}.feed-forward-norm", x, lambda y: self.feed_forward(f"{name}.feed-forward", layer, y))
            outputs.insert(0, x)
        if self.config["norm"] == "pre":
            outputs[0] = self.norm("encoder.norm", outputs[0])
        return outputs

    def next(self, outputs, ids):
        """Log probabilities of what follows `ids`, of which the first is `</s>`."""
        x = self.embed("decoder", ids)
        for i, layer in enumerate(self.architecture["decoder"]["layers"]):
            name = f"decoder.layers.{i}"
            seen = torch.cat(outputs[:layer["span"]])
            x = self.residual(f"{name}.mixing-norm", x, lambda y: self.mixing(name, i, layer, y, True))
            x = self.residual(f"{name}.cross-norm", x,
                              lambda y: self.attention(f"{name}.cross", layer["crossHeads"], y, seen))
            x = self.residual(f"{name}.feed-forward-norm", x, lambda y: self.feed_forward(f"{name}.feed-forward", layer, y))
        if self.config["norm"] == "pre":
            x = self.norm("decoder.norm", x)
        return (self.weights["output.weight"] @ x[-1]).log_softmax(-1)

    def translate(self, source):
        """The best hypothesis of beam search by fairseq's rules: ids without `</s>`."""
        outputs = self.encode(source)
        beams, finished = [(0.0, [])], []
        for step in range(MAX_LENGTH + 1):
            candidates = []
            for log_probability, ids in beams:
                scores = self.next(outputs, [END, *ids])
                scores[PADDING] = -math.inf
                best = [END] if step == MAX_LENGTH else scores.topk(min(2 * BEAM, len(scores))).indices.tolist()
                candidates += [(log_probability + scores[id].item(), ids, id) for id in best if id != END or step > 0]
            candidates.sort(key=lambda candidate: -candidate[0])
            beams = []
            for rank, (log_probability, ids, id) in enumerate(candidates[:2 * BEAM]):
                if id != END and len(beams) < BEAM:
                    beams.append((log_probability, [*ids, id]))
                elif id == END and rank < BEAM and len(finished) < BEAM:
                    finished.append((log_probability / (len(ids) + 1) ** LENGTH_PENALTY, ids))
            if len(finished) == BEAM or not beams:
                break
        return max(finished, key=lambda hypothesis: hypothesis[0])[1]


def lines_of(data):
    """Of UTF-8; only newlines end one, while `splitlines` knows others."""
    return data.decode("utf-8").removesuffix("\n").split("\n") if data else []


def read_symbols(file):
    return [*SPECIALS, *(line.rsplit(" ", 1)[0] for line in lines_of(file.read_bytes()))]


def pieces_of(word, ranks):
    """Byte-pair encoding (subword-nmt): the earliest learnt pair first, until none is left."""
    pieces = [*word[:-1], f"{word[-1]}</w>"]
    while len(pieces) > 1:
        pair = min(zip(pieces, pieces[1:]), key=lambda pair: ranks.get(pair, math.inf))
        if pair not in ranks:
            break
        merged, i = [], 0
        while i < len(pieces):
            joins = tuple(pieces[i:i + 2]) == pair
            merged.append("".join(pair) if joins else pieces[i])
            i += 2 if joins else 1
        pieces = merged
    return [f"{piece}@@" for piece in pieces[:-1]] + [pieces[-1].removesuffix("</w>")]


def main(folder):
    model = Model(folder)
    _header, *merges = lines_of((folder / "codes.txt").read_bytes())
    ranks = {tuple(merge.split(" ")): rank for rank, merge in enumerate(merges)}
    source_ids = {symbol: id for id, symbol in enumerate(read_symbols(folder / "dict.source.txt"))}
    target = read_symbols(folder / "dict.target.txt")
    for line in lines_of(sys.stdin.buffer.read()):
        pieces = [piece for word in line.split(" ") if word for piece in pieces_of(word, ranks)]
        ids = model.translate([source_ids.get(piece, UNKNOWN) for piece in pieces] + [END]) if pieces else []
        text = f"{' '.join(target[id] for id in ids)} ".replace("@@ ", "").removesuffix(" ")
        sys.stdout.buffer.write(f"{text}\n".encode())


if __name__ == "__main__":
    with torch.inference_mode():
        torch.set_num_threads(1)
        main(Path(sys.argv[1]))
