"""PyTorch's training step for `npm run bench train`: a post-norm Transformer of the same sizes, dropout, smoothed loss, gradient norm, Adam.

Reads one JSON request a line ({"width", "layers", "batch", "length", "types", "steps", "threads", "forward"}) and answers each with one
JSON line: {"seconds": [...], "peak": bytes}.
"""
import json
import resource
import sys
import time

import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, width, layers, source_types, target_types):
        super().__init__()
        self.width = width
        self.source = nn.Embedding(source_types, width, padding_idx=1)
        self.target = nn.Embedding(target_types, width, padding_idx=1)
        nn.init.normal_(self.source.weight, std=width ** -0.5)
        nn.init.normal_(self.target.weight, std=width ** -0.5)
        self.positions = nn.Parameter(torch.randn(512, width) * 0.1, requires_grad=False)
        self.drop = nn.Dropout(0.1)
        self.body = nn.Transformer(width, 4, layers, layers, 2 * width, 0.1, batch_first=True)
        self.output = nn.Linear(width, target_types, bias=False)

    def embed(self, table, ids):
        return self.drop(table(ids) * self.width ** 0.5 + self.positions[: ids.shape[1]])

    def forward(self, source, target_input):
        mask = nn.Transformer.generate_square_subsequent_mask(target_input.shape[1])
        features = self.body(self.embed(self.source, source), self.embed(self.target, target_input), tgt_mask=mask, tgt_is_causal=True)
        return self.output(features)


def serve(request, cache={}):
    torch.set_num_threads(request["threads"])
    key = (request["width"], request["layers"], tuple(request["types"]))
    if cache.get("key") != key:
        torch.manual_seed(1)
        model = Model(request["width"], request["layers"], *request["types"])
        cache.update(key=key, model=model, adam=torch.optim.Adam(model.parameters(), lr=1e-4, betas=(0.9, 0.98)))
    model, adam = cache["model"], cache["adam"]
    batch, length = request["batch"], request["length"]
    source = torch.randint(4, request["types"][0], (batch, length))
    target = torch.randint(4, request["types"][1], (batch, length + 1))
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.1, reduction="sum")
    seconds = []
    for _ in range(request["steps"]):
        start = time.perf_counter()
        if request["forward"]:
            model.eval()
            with torch.no_grad():
                loss_of(model(source, target[:, :-1]).flatten(0, 1), target[:, 1:].flatten()).item()
        else:
            model.train()
            adam.zero_grad(set_to_none=True)
            loss = loss_of(model(source, target[:, :-1]).flatten(0, 1), target[:, 1:].flatten()) / (batch * length)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1e9)
            adam.step()
            loss.item()
        seconds.append(time.perf_counter() - start)
    return {"seconds": seconds, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, "version": torch.__version__}


for line in sys.stdin:
    print(json.dumps(serve(json.loads(line))), flush=True)
