"""
Makes operators.json, cells.json and networks.json, what test/model/golden/*.test.ts compares with:
`python3 test/model/golden/make.py`, with torch and numpy (last made with torch 2.15, CPU). All is computed in double precision.

A small tensor is stored as it is, a larger one as a sketch and a few of its elements (see `stored`). Files hold one case a line.
"""

import base64
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import draw
import model
from model import Weights

OPERATORS = ["attention", "light", "dynamic", "lsra-light", "lsra-dynamic"]
ACTIVATIONS = ["relu", "leaky-relu", "swish"]
WHOLE, BUCKETS, SAMPLES = 96, 64, 16


def encoded(values: np.ndarray) -> str:
    return base64.b64encode(values.astype("<f4").tobytes()).decode()


def stored(x: torch.Tensor, scale: tuple[float, float] | None = None) -> dict:
    """
    Shape, Euclidean norm, largest absolute value, and all values or: sums of the elements in 64 buckets with random signs (a count
    sketch, Charikar et al. 2002: that of a difference is as long as the difference, in the mean), and 16 elements at random places.
    `scale` is a norm and a largest value to use instead of the tensor's own.
    """
    values = x.detach().numpy().ravel()
    size, largest = scale or (float(np.linalg.norm(values)), float(np.abs(values).max()))
    entry = {"shape": list(x.shape), "norm": size, "largest": largest}
    if values.size <= WHOLE:
        return {**entry, "values": encoded(values)}
    words = draw.words("sketch", values.size)
    sketch = np.zeros(BUCKETS)
    np.add.at(sketch, words % BUCKETS, np.where(words >> 31, -values, values))
    return {**entry, "sketch": encoded(sketch), "samples": encoded(values[draw.words("samples", SAMPLES) % values.size])}


def all_stored(tensors: dict[str, torch.Tensor]) -> dict:
    """A gradient that is 0 but for rounding, as that of every attention key's bias, has no size of its own: the largest one's is used."""
    norms = {key: float(x.detach().norm()) for key, x in tensors.items()}
    top = max(norms, key=norms.get)
    scale = (norms[top], float(tensors[top].detach().abs().max()))
    return {key: stored(x, scale if norms[key] < 1e-9 * norms[top] else None) for key, x in tensors.items()}


class Case:
    """One operator or cell: inputs and parameters are drawn under its name, and everything made is differentiated."""

    def __init__(self, kind: str, name: str, scale: float = 2, **fields):
        """Inputs are uniform over +-scale."""
        self.head = {"name": name, "kind": kind, "scale": scale, **fields}
        self.name, self.scale = name, scale
        self.weights = Weights(name)
        self.inputs: dict[str, torch.Tensor] = {}

    def input(self, key: str, *shape: int) -> torch.Tensor:
        self.inputs[key] = torch.from_numpy(draw.uniform(f"{self.name}/{key}", shape, self.scale)).double().requires_grad_()
        return self.inputs[key]

    def done(self, output: torch.Tensor, tokens: torch.Tensor | None = None) -> dict:
        """Output, 0 at padding, where nothing reads it; and gradients of the sum of its products with random slopes."""
        slopes = torch.from_numpy(draw.uniform(f"{self.name}/slopes", tuple(output.shape), 1)).double()
        if tokens is not None:
            output = output * tokens.unsqueeze(-1)
        leaves = {**self.inputs, **self.weights.leaves}
        gradients = torch.autograd.grad((output * slopes).sum(), list(leaves.values()))
        return {**self.head, "inputs": list(self.inputs), "output": stored(output), "gradients": all_stored(dict(zip(leaves, gradients)))}


def left_padded(lengths) -> torch.Tensor:
    """True at tokens."""
    return torch.arange(max(lengths)) >= max(lengths) - torch.tensor(lengths).unsqueeze(-1)


# Of sources: left padding of all extents, one token, odd lengths that no vector width divides, and sentences as long as any, padded too.
LENGTHS = {"padded": [7, 1, 4], "one token": [1, 1], "even": [6, 6], "longest": [203], "longest, padded": [203, 90]}


def attention_cases():
    for size, lengths in LENGTHS.items():
        for heads, causal in [(1, False), (2, True), (4, False)]:
            width, targets = 12, max(lengths) if causal else 5
            name = f"attention, {size}, heads {heads}{', causal' * causal}"
            case = Case("attention", name, heads=heads, causal=causal, lengths=lengths)
            q = case.input("query", len(lengths), targets, width)
            k, v = (case.input(key, len(lengths), max(lengths), width) for key in ("key", "value"))
            # The first token is visible to every step: a causal sentence is padded on the right.
            tokens = left_padded(lengths).flip(1) if causal else left_padded(lengths)
            visible = tokens[:, None, None, :]
            if causal:
                visible = visible & torch.ones(targets, max(lengths)).tril().bool()
            yield case.done(model.attend(q, k, v, heads, visible))


def convolution_cases():
    for dynamic in (False, True):
        for steps, heads, taps in [(7, 1, 3), (9, 4, 15), (5, 2, 31), (1, 2, 7), (203, 2, 31)]:
            for window in ("centred", "causal"):
                sentences = 1 if steps > 200 else 2
                kind = "dynamic-convolution" if dynamic else "light-convolution"
                case = Case(kind, f"{kind}, {window}, {steps} steps, heads {heads}, taps {taps}", window=window)
                x = case.input("x", sentences, steps, 12)
                kernels = case.input("kernels", sentences, steps, heads, taps) if dynamic else case.input("kernels", heads, taps)
                convolve = model.dynamic_convolution if dynamic else model.light_convolution
                yield case.done(convolve(x, kernels, window == "causal"))


def mixing_cases():
    for operator in OPERATORS:
        for window, size, heads, taps in [
            ("centred", "padded", 2, 3), ("centred", "padded", 1, 31), ("centred", "one token", 4, 7), ("centred", "longest", 1, 31),
            ("causal", "even", 1, 3), ("causal", "one token", 2, 31), ("causal", "even", 4, 15), ("causal", "longest", 1, 7),
        ]:
            if size == "longest" and not operator.startswith("lsra"):
                continue  # LSRA is made of the others.
            lengths, causal = LENGTHS[size], window == "causal"
            # A decoder's padding is on the right, where no earlier step can see it, and needs no mask.
            tokens = torch.ones(len(lengths), max(lengths)).bool() if causal else left_padded(lengths)
            fields = {"operator": operator, "window": window, "heads": heads, "taps": taps, "width": 16, "lengths": lengths}
            case = Case("mixing", f"{operator}, {window}, {size}, heads {heads}, taps {taps}", **fields)
            x = case.input("x", len(lengths), max(lengths), 16)
            yield case.done(model.mix(case.weights, f"encoder.layers.0.{operator}", x, operator, heads, taps, causal, tokens), tokens)


def step_cases():
    """Operators that know no neighbours in time."""
    for activation in ACTIVATIONS:
        for width, inner in [(12, 20), (9, 9)]:
            case = Case("feed-forward", f"feed-forward, {activation}, {width} to {inner}", activation=activation)
            x = case.input("x", 3, 5, width)
            yield case.done(model.feed_forward(case.weights, "encoder.layers.0.feed-forward", x, inner, activation))
    # Small inputs have a variance that the 1e-5 added to it is more than nothing to.
    for width, scale in [(8, 2), (27, 2), (320, 2), (27, 0.01)]:
        for kind in ("layer-norm", "residual-norm"):
            case = Case(kind, f"{kind} of {width}, inputs up to {scale}", scale)
            x = case.input("x", 2, 3, width)
            yield case.done(model.norm(case.weights, "mixing-norm", x if kind == "layer-norm" else x + case.input("y", 2, 3, width)))


def embedding_cases():
    for side, width, lengths in [("encoder", 12, [7, 1, 4]), ("encoder", 9, [1]), ("decoder", 16, [5, 2, 8]), ("decoder", 8, [260, 3])]:
        name = f"embedding of the {side}, {width} wide, up to {max(lengths)} tokens"
        case = Case("embedding", name, side=side, width=width, types=21, lengths=lengths)
        ids = model.rectangle(draw.sentences(f"{case.name}/ids", lengths, 21), side == "encoder")
        yield case.done(model.embed(case.weights, side, ids, 21, width))


def cross_entropy_cases():
    forms = {"dictionary": model.cross_entropy, "others": model.cross_entropy_over_others}
    for form, smoothing, width, types, lengths in [
        ("dictionary", 0.1, 12, 23, [7, 1, 4]), ("dictionary", 0.0, 8, 17, [3, 3]), ("dictionary", 0.3, 16, 131, [1]),
        ("dictionary", 0.1, 8, 40, [211, 5]), ("others", 0.1, 12, 23, [7, 1, 4]), ("others", 0.3, 16, 5, [6, 2]),
    ]:
        name = f"cross-entropy, smoothing {smoothing}, {types} types{', over others' * (form == 'others')}"
        case = Case("cross-entropy", name, smoothing=smoothing, form=form, types=types, lengths=lengths)
        targets = model.rectangle(draw.sentences(f"{case.name}/targets", lengths, types), False).flatten()
        features = case.input("features", len(targets), width)
        yield case.done(forms[form](F.linear(features, case.input("output", types, width)), targets, smoothing))


def encoder_cells():
    for i, operator in enumerate(OPERATORS):
        for norm in ("post", "pre"):
            for j, (heads, taps, size) in enumerate([(2, 3, "padded"), (1, 31, "even"), (4, 7, "one token"), (2, 15, "longest, padded")]):
                cell = {"operator": operator, "heads": heads, "inner": 20, "activation": ACTIVATIONS[(i + j) % 3]}
                name = f"encoder cell of {operator}, {norm}, {size}"
                case = Case("encoder", name, norm=norm, taps=taps, width=16, cell=cell, lengths=LENGTHS[size])
                tokens = left_padded(LENGTHS[size])
                x = case.input("x", *tokens.shape, 16)
                yield case.done(model.encoder_cell(case.weights, "encoder.layers.0", x, cell, norm, taps, tokens), tokens)


def decoder_cells():
    for i, operator in enumerate(OPERATORS):
        for norm in ("post", "pre"):
            for span, size, targets in [*((s, *[("padded", 5), ("one token", 1), ("even", 9)][(i + 2 * s) % 3]) for s in (1, 2, 3)),
                                        ((i + (norm == "pre")) % 3 + 1, "longest, padded", 211)]:
                heads, cross_heads, taps = [(2, 4, 3), (1, 2, 31), (4, 1, 7)][(i + span) % 3]
                # Encoder and decoder take turns at being the wider one.
                width, encoder_width = (16, 24) if (i + span) % 2 else (24, 16)
                activation = ACTIVATIONS[(i + span) % 3]
                cell = {"operator": operator, "heads": heads, "inner": 20, "activation": activation}
                cell.update(crossHeads=cross_heads, span=span)
                lengths = LENGTHS[size]
                name = f"decoder cell of {operator}, {norm}, span {span}{', longest' * (targets > 200)}"
                case = Case("decoder", name, norm=norm, taps=taps, width=width, encoderWidth=encoder_width, cell=cell, lengths=lengths)
                tokens = left_padded(lengths)
                x = case.input("x", len(lengths), targets, width)
                memory = [case.input(f"memory.{back}", *tokens.shape, encoder_width) for back in range(span)]
                yield case.done(model.decoder_cell(case.weights, "decoder.layers.0", x, cell, norm, taps, memory, tokens))


def network(norm: str, kernels: list[int]) -> dict:
    """Three cells a side with every operator, activation, span and unequal widths."""
    operators, heads = ["attention", "lsra-dynamic", "light", "dynamic", "lsra-light", "attention"], [2, 4, 2, 1, 2, 4]
    layers = [{"operator": operators[i], "heads": heads[i], "inner": 20 + 4 * i, "activation": ACTIVATIONS[i % 3]} for i in range(6)]
    for i, cell in enumerate(layers[3:]):
        cell.update(crossHeads=[4, 2, 1][i], span=i + 1)
    return {
        "norm": norm, "kernels": kernels, "sourceTypes": 29, "targetTypes": 26,
        "encoder": {"width": 16, "layers": layers[:3]}, "decoder": {"width": 24, "layers": layers[3:]},
    }


def shallow_network(norm: str, kernels: list[int]) -> dict:
    """One cell a side, for long sentences, which the plainest engine is slow at."""
    cell = {"heads": 1, "inner": 10, "activation": "swish"}
    encoder, decoder = {**cell, "operator": "lsra-light"}, {**cell, "operator": "lsra-dynamic", "crossHeads": 2, "span": 1}
    return {**network(norm, kernels), "encoder": {"width": 8, "layers": [encoder]}, "decoder": {"width": 12, "layers": [decoder]}}


def network_cases():
    padded = [[7, 4], [1, 6], [4, 1], [9, 9]]
    for make, norm, kernels, size, lengths in [
        (network, "post", [3, 7, 31], "padded", padded), (network, "pre", [3, 7, 31], "padded", padded),
        (network, "post", [31], "one token", [[1, 1]]), (shallow_network, "pre", [15], "longest", [[203, 211]]),
    ]:
        name, net = f"network, {norm}, {size}", make(norm, kernels)
        source, given, target = model.batch(name, lengths, net)
        weights = Weights(name)
        logits = model.logits(weights, net, source, given)
        loss = model.cross_entropy(logits, target.flatten(), 0.1)
        gradients = torch.autograd.grad(loss, list(weights.leaves.values()))
        yield {
            "name": name, "kind": "network", "network": net, "lengths": lengths, "smoothing": 0.1, "loss": loss.item(),
            "likelihood": model.cross_entropy(logits, target.flatten(), 0.0).item(),
            "output": stored(logits * (target.flatten() != model.PADDING).unsqueeze(-1)),
            "gradients": all_stored(dict(zip(weights.leaves, gradients))),
        }


def adam(parameters, rate: float, update: int, options: dict, state: torch.optim.AdamW | None) -> torch.optim.AdamW:
    """
    One update by PyTorch's AdamW. It adds its epsilon to the corrected root sqrt(v / (1 - beta2^t)); epsilon / sqrt(1 - beta2^t) there is
    fairseq's epsilon on sqrt(v).
    """
    state = state or torch.optim.AdamW(parameters)
    beta1, beta2 = options["beta1"], options["beta2"]
    epsilon = options["epsilon"] / (1 - beta2**update) ** 0.5
    state.param_groups[0].update(lr=rate, betas=(beta1, beta2), eps=epsilon, weight_decay=options["weightDecay"])
    state.step()
    return state


def learning_rate(schedule: dict, update: int) -> float:
    """Linear from `initial` to `peak` over `warmup` updates, then by the update's inverse square root (Vaswani et al. 2017); from 1."""
    initial, peak, warmup = (schedule[key] for key in ("initial", "peak", "warmup"))
    return float(np.interp(update, [0, warmup], [initial, peak])) if update <= warmup else peak * (warmup / update) ** 0.5


def training_cases():
    for norm, clip_norm in [("post", 3), ("pre", 0)]:
        name, net = f"training, {norm}", network(norm, [3, 7, 31])
        # A large epsilon, so that it matters and that gradients which are 0 but for rounding do not move weights.
        options = {"beta1": 0.9, "beta2": 0.98, "epsilon": 1e-3, "weightDecay": 0.01}
        schedule = {"peak": 0.01, "initial": 1e-4, "warmup": 3}
        lengths = [[[7, 4], [1, 6]], [[3, 3]], [[1, 1], [8, 5], [2, 9]], [[5, 2], [5, 7]], [[6, 6], [4, 1]]]
        weights, state, reports = Weights(name), None, []
        for update, pairs in enumerate(lengths, 1):
            source, given, target = model.batch(f"{name}/{update}", pairs, net)
            tokens = int((target != model.PADDING).sum())
            loss = model.cross_entropy(model.logits(weights, net, source, given), target.flatten(), 0.1) / tokens
            leaves = list(weights.leaves.values())
            gradients = torch.autograd.grad(loss, leaves)
            length = float(torch.cat([g.flatten() for g in gradients]).norm())
            for leaf, gradient in zip(leaves, gradients):
                leaf.grad = gradient * (min(1, clip_norm / length) if clip_norm else 1)
            rate = learning_rate(schedule, update)
            state = adam(leaves, rate, update, options, state)
            reports.append({"loss": loss.item(), "tokens": tokens, "gradientNorm": length, "rate": rate})
        yield {
            "name": name, "kind": "training", "network": net, "lengths": lengths, "smoothing": 0.1, "clipNorm": clip_norm, "adam": options,
            "schedule": schedule, "reports": reports, "weights": all_stored(weights.leaves),
        }


def optimiser_cases():
    """Adam alone, as it is set in training, with gradients of all sizes down to those that its epsilon swallows."""
    options = {"beta1": 0.9, "beta2": 0.98, "epsilon": 1e-8, "weightDecay": 1e-4}
    name, shape, scale, rates = "optimiser", (12, 16), 0.25, [1e-3, 2e-3, 3e-3, 2.5e-3, 2e-3]
    weight = torch.from_numpy(draw.uniform(f"{name}/weight", shape, 1)).double().requires_grad_()
    sizes = torch.tensor([2.0 ** -(i % 34) for i in range(weight.numel())]).double().reshape(shape)
    state = None
    for update, rate in enumerate(rates, 1):
        weight.grad = scale * sizes * torch.from_numpy(draw.uniform(f"{name}/gradient.{update}", shape, 1)).double()
        state = adam([weight], rate, update, options, state)
    yield {"name": name, "kind": "optimiser", "shape": shape, "adam": options, "scale": scale, "rates": rates, "weight": stored(weight)}


def write(name: str, *families):
    lines = [json.dumps(case) for family in families for case in family()]
    Path(__file__).with_name(name).write_text("[\n" + ",\n".join(lines) + "\n]\n")
    print(f"{name}: {len(lines)} cases")


if __name__ == "__main__":
    torch.set_num_threads(1)
    write("operators.json", attention_cases, convolution_cases, mixing_cases, step_cases, embedding_cases, cross_entropy_cases)
    write("cells.json", encoder_cells, decoder_cells)
    write("networks.json", network_cases, training_cases, optimiser_cases)
