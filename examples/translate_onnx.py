"""Translates with a model that `shrinknas export <model> --onnx FOLDER` wrote; needs onnxruntime and numpy.

    python3 examples/translate_onnx.py FOLDER < tokens > translations

A line of the input is a sentence's tokens, parted by spaces: tokenised as by Moses (the package sacremoses does it), lowercased
where manifest.json says so. A line of the output is the best translation's tokens. docs/export.md says what the graphs take and give.
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
import onnxruntime

BEAM, LENGTH_PENALTY, MAX_LENGTH = 5, 1.0, 200


class Model:
    def __init__(self, folder):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.encoder, self.decoder = (onnxruntime.InferenceSession(str(folder / f"{name}.onnx"), options)
                                      for name in ("encoder", "decoder"))
        self.ids = json.loads((folder / "manifest.json").read_text("utf-8"))["ids"]

    def run(self, graph, feeds):
        return dict(zip([output.name for output in graph.get_outputs()], graph.run(None, feeds)))

    def translate(self, source):
        """The best hypothesis of beam search by fairseq's rules, for the ids of one sentence: ids without `</s>`."""
        end = self.ids["end"]
        # All that the decoder takes besides ids, by its name: mask, memory.…, and past.… before the first step.
        feeds = self.run(self.encoder, {"source": np.array([source], np.int32)})
        beams, parents, finished = [(0.0, [])], [0], []
        for step in range(MAX_LENGTH + 1):
            last = np.array([ids[-1] if ids else end for _, ids in beams], np.int32)
            outputs = self.run(self.decoder, {**feeds, "ids": last, "step": np.array(step, np.int32),
                                              "parents": np.array(parents, np.int32)})
            scores = outputs.pop("logits")
            feeds.update((name.replace("present", "past"), value) for name, value in outputs.items())
            scores -= scores.max(1, keepdims=True)
            scores -= np.log(np.exp(scores).sum(1, keepdims=True))
            scores[:, self.ids["padding"]] = -math.inf
            candidates = []
            for row, (log_probability, _) in enumerate(beams):
                best = [end] if step == MAX_LENGTH else np.argsort(-scores[row], kind="stable")[:2 * BEAM]
                candidates += [(log_probability + scores[row, id], row, id) for id in best if id != end or step > 0]
            candidates.sort(key=lambda candidate: -candidate[0])
            extended, parents = [], []
            for rank, (log_probability, row, id) in enumerate(candidates[:2 * BEAM]):
                ids = beams[row][1]
                if id != end and len(extended) < BEAM:
                    extended.append((log_probability, [*ids, int(id)]))
                    parents.append(row)
                elif id == end and rank < BEAM and len(finished) < BEAM:
                    finished.append((log_probability / (len(ids) + 1) ** LENGTH_PENALTY, ids))
            beams = extended
            if len(finished) == BEAM or not beams:
                break
        return max(finished, key=lambda hypothesis: hypothesis[0])[1]


def lines_of(data):
    return data.decode("utf-8").removesuffix("\n").split("\n") if data else []


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
    first, end, unknown = (model.ids[name] for name in ("first", "end", "unknown"))
    ranks = {tuple(merge.split(" ")): rank for rank, merge in enumerate(lines_of((folder / "codes.txt").read_bytes())[1:])}
    symbols = {side: [line.rsplit(" ", 1)[0] for line in lines_of((folder / f"dict.{side}.txt").read_bytes())]
               for side in ("source", "target")}
    source_ids = {symbol: id + first for id, symbol in enumerate(symbols["source"])}
    for line in lines_of(sys.stdin.buffer.read()):
        pieces = [piece for word in line.split(" ") if word for piece in pieces_of(word, ranks)]
        ids = model.translate([source_ids.get(piece, unknown) for piece in pieces] + [end]) if pieces else []
        words = " ".join("<unk>" if id < first else symbols["target"][id - first] for id in ids)
        sys.stdout.buffer.write(f"{f'{words} '.replace('@@ ', '').removesuffix(' ')}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
