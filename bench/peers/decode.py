"""Program: beam search of a Transformer by CTranslate2, or by PyTorch with caches. One request of JSON a line:

    {"do": "open", "runtime": "ctranslate2" | "pytorch", "folder": …, "threads": …}
    {"do": "translate", "batches": [[[ids of a sentence], …], …], "beam": …, "minLength": …, "maxLength": …}

The folder has network.json (`architecture`, `config`) and weights.safetensors, as `model` artifacts have them. The network has
attention in all layers, norms after the sub-layers, spans of 1, and ReLU.
"""
import json
import math
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

START, PADDING, END, UNKNOWN = range(4)
SPECIALS = ["<s>", "<blank>", "</s>", "<unk>"]


def positions_of(count, width):
    """The first token has position 2."""
    half = width // 2
    frequencies = np.exp(-np.arange(half) * math.log(10000) / max(half - 1, 1))
    angles = np.arange(2, 2 + count)[:, None] * frequencies
    return np.pad(np.concatenate([np.sin(angles), np.cos(angles)], 1), ((0, 0), (0, width % 2))).astype(np.float32)


class CTranslate2:
    def __init__(self, network, weights, threads):
        import ctranslate2
        from ctranslate2.specs import common_spec, transformer_spec

        self.version = ctranslate2.__version__
        encoder, decoder = (network["architecture"][side]["layers"] for side in ("encoder", "decoder"))
        spec = transformer_spec.TransformerSpec.from_config((len(encoder), len(decoder)), encoder[0]["heads"], pre_norm=False,
                                                            activation=common_spec.Activation.RELU)

        def linear(part, *names):
            part.weight = np.concatenate([weights[f"{name}.weight"] for name in names])
            part.bias = np.concatenate([weights[f"{name}.bias"] for name in names])

        def norm(part, name):
            part.gamma, part.beta = weights[f"{name}.weight"], weights[f"{name}.bias"]

        def feed_forward(part, name):
            linear(part.linear_0, f"{name}.feed-forward.up")
            linear(part.linear_1, f"{name}.feed-forward.down")
            norm(part.layer_norm, f"{name}.feed-forward-norm")

        for side, stack in (("encoder", spec.encoder), ("decoder", spec.decoder)):
            embeddings = stack.embeddings[0] if side == "encoder" else stack.embeddings
            embeddings.weight = weights[f"{side}.embedding.weight"]
            stack.scale_embeddings = True
            stack.position_encodings.encodings = positions_of(512, embeddings.weight.shape[1])
            for i, layer in enumerate(stack.layer):
                name = f"{side}.layers.{i}"
                own = f"{name}.attention"
                linear(layer.self_attention.linear[0], f"{own}.query", f"{own}.key", f"{own}.value")
                linear(layer.self_attention.linear[1], f"{own}.out")
                norm(layer.self_attention.layer_norm, f"{name}.mixing-norm")
                if side == "decoder":
                    cross = f"{name}.cross"
                    linear(layer.attention.linear[0], f"{cross}.query")
                    linear(layer.attention.linear[1], f"{cross}.key", f"{cross}.value")
                    linear(layer.attention.linear[2], f"{cross}.out")
                    norm(layer.attention.layer_norm, f"{name}.cross-norm")
                feed_forward(layer.ffn, name)
        spec.decoder.projection.weight = weights["output.weight"]
        spec.decoder.projection.bias = np.zeros(len(weights["output.weight"]), np.float32)
        for side, register in (("source", spec.register_source_vocabulary), ("target", spec.register_target_vocabulary)):
            register(SPECIALS + [str(id) for id in range(4, network["config"][f"{side}Types"])])
        spec.config.decoder_start_token = SPECIALS[END]
        spec.config.add_source_eos = False
        with tempfile.TemporaryDirectory() as folder:
            spec.validate()
            spec.optimize(quantization=None)
            spec.save(folder)
            self.translator = ctranslate2.Translator(folder, compute_type="float32", inter_threads=1, intra_threads=threads)

    def translate(self, batch, beam, least, most):
        symbols = [[SPECIALS[id] if id < 4 else str(id) for id in sentence] for sentence in batch]
        results = self.translator.translate_batch(symbols, beam_size=beam, length_penalty=1, max_decoding_length=most,
                                                  min_decoding_length=least, max_batch_size=0)
        return [[SPECIALS.index(symbol) if symbol in SPECIALS else int(symbol) for symbol in result.hypotheses[0]]
                for result in results]


class PyTorch:
    def __init__(self, network, weights, threads):
        import torch

        torch.set_num_threads(threads)
        self.torch, self.version = torch, torch.__version__
        self.architecture = network["architecture"]
        self.weights = {name: torch.from_numpy(value) for name, value in weights.items()}

    def linear(self, name, x):
        return self.torch.nn.functional.linear(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def norm(self, name, x):
        return self.torch.nn.functional.layer_norm(x, x.shape[-1:], self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def embed(self, side, ids, first):
        table = self.weights[f"{side}.embedding.weight"]
        positions = self.torch.from_numpy(positions_of(first + ids.shape[1], table.shape[1]))[first:]
        return math.sqrt(table.shape[1]) * table[ids] + positions

    def heads(self, x, count):
        return x.unflatten(-1, (count, -1)).transpose(1, 2)

    def attend(self, name, heads, x, keys, values, mask=None):
        query = self.heads(self.linear(f"{name}.query", x), heads)
        mixed = self.torch.nn.functional.scaled_dot_product_attention(query, keys, values, mask)
        return self.linear(f"{name}.out", mixed.transpose(1, 2).flatten(2))

    def keys_and_values(self, name, heads, x):
        return [self.heads(self.linear(f"{name}.{part}", x), heads) for part in ("key", "value")]

    def feed_forward(self, name, x):
        y = self.linear(f"{name}.feed-forward.down", self.linear(f"{name}.feed-forward.up", x).relu())
        return self.norm(f"{name}.feed-forward-norm", x + y)

    def encode(self, batch):
        """Mask, and keys and values of each decoder layer's attention to the source."""
        torch = self.torch
        longest = max(len(sentence) for sentence in batch)
        ids = torch.tensor([sentence + [PADDING] * (longest - len(sentence)) for sentence in batch])
        mask = (ids != PADDING)[:, None, None, :]
        x = self.embed("encoder", ids, 0)
        for i, layer in enumerate(self.architecture["encoder"]["layers"]):
            name = f"encoder.layers.{i}"
            own = self.keys_and_values(f"{name}.attention", layer["heads"], x)
            x = self.norm(f"{name}.mixing-norm", x + self.attend(f"{name}.attention", layer["heads"], x, *own, mask))
            x = self.feed_forward(name, x)
        layers = self.architecture["decoder"]["layers"]
        return mask, [self.keys_and_values(f"decoder.layers.{i}.cross", layer["crossHeads"], x)
                      for i, layer in enumerate(layers)]

    def step(self, ids, step, caches, mask, memories):
        """Log probabilities [sentences, beams, types] of what follows ids [sentences, beams]."""
        torch = self.torch
        sentences, beams = ids.shape
        x = self.embed("decoder", ids.view(-1, 1), step)
        for i, layer in enumerate(self.architecture["decoder"]["layers"]):
            name, heads = f"decoder.layers.{i}", layer["heads"]
            new = self.keys_and_values(f"{name}.attention", heads, x)
            caches[i] = [torch.cat(pair, 2) for pair in zip(caches[i], new)] if caches[i] else new
            x = self.norm(f"{name}.mixing-norm", x + self.attend(f"{name}.attention", heads, x, *caches[i]))
            rows = x.view(sentences, beams, -1)
            seen = self.attend(f"{name}.cross", layer["crossHeads"], rows, *memories[i], mask)
            x = self.norm(f"{name}.cross-norm", x + seen.view(x.shape))
            x = self.feed_forward(name, x)
        return (x.view(sentences, beams, -1) @ self.weights["output.weight"].T).log_softmax(-1)

    def translate(self, batch, beam, least, most):
        with self.torch.inference_mode():
            return self.search(batch, beam, least, most)

    def search(self, batch, beam, least, most):
        torch = self.torch
        mask, memories = self.encode(batch)
        caches = [None] * len(memories)
        going = list(range(len(batch)))
        beams = [[[]] for _ in batch]
        scores = torch.zeros(len(batch), 1)
        finished = [[] for _ in batch]
        for step in range(most + 1):
            ids = torch.tensor([[hypothesis[-1] if hypothesis else END for hypothesis in beams[i]] for i in going])
            log_probabilities = self.step(ids, step, caches, mask, memories)
            log_probabilities[..., PADDING] = -math.inf
            if step < least:
                log_probabilities[..., END] = -math.inf
            if step == most:
                log_probabilities[..., :END] = log_probabilities[..., END + 1:] = -math.inf
            types = log_probabilities.shape[-1]
            totals = (scores[..., None] + log_probabilities).flatten(1)
            best, places = (tensor.tolist() for tensor in totals.topk(min(2 * beam, totals.shape[1])))
            kept, parents, chosen, next_scores = [], [], [], []
            for row, i in enumerate(going):
                new, own, new_scores = [], [], []
                for rank, (score, place) in enumerate(zip(best[row], places[row])):
                    parent, id = divmod(place, types)
                    if score == -math.inf:
                        continue
                    if id == END:
                        if rank < beam and len(finished[i]) < beam:
                            finished[i].append((score / (step + 1), beams[i][parent]))
                    elif len(new) < beam:
                        new.append([*beams[i][parent], id])
                        own.append(row * len(beams[i]) + parent)
                        new_scores.append(score)
                if len(finished[i]) < beam and len(new) == beam:
                    chosen.append((i, new))
                    kept.append(row)
                    parents += own
                    next_scores.append(new_scores)
            if not kept:
                break
            if len(kept) < len(going):
                rows = torch.tensor(kept)
                mask, memories = mask[rows], [[tensor[rows] for tensor in memory] for memory in memories]
            rows = torch.tensor(parents)
            caches = [[tensor[rows] for tensor in cache] for cache in caches]
            going = [i for i, _ in chosen]
            for i, new in chosen:
                beams[i] = new
            scores = torch.tensor(next_scores)
        return [max(hypotheses, key=lambda hypothesis: hypothesis[0])[1] for hypotheses in finished]


RUNTIMES = {"ctranslate2": CTranslate2, "pytorch": PyTorch}
runtime = None


def answer(request):
    global runtime
    if request["do"] == "open":
        from safetensors.numpy import load_file

        folder = Path(request["folder"])
        network = json.loads((folder / "network.json").read_text("utf-8"))
        runtime = RUNTIMES[request["runtime"]](network, load_file(folder / "weights.safetensors"), request["threads"])
        return {"version": runtime.version}
    results, seconds = [], []
    for batch in request["batches"]:
        start = time.perf_counter()
        results += runtime.translate(batch, request["beam"], request["minLength"], request["maxLength"])
        seconds.append(time.perf_counter() - start)
    return {"seconds": seconds, "translations": results}


for line in sys.stdin:
    try:
        print(json.dumps(answer(json.loads(line))), flush=True)
    except Exception as error:  # Told to the program that asked.
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
