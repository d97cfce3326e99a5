"""PyTorch's training step for `npm run bench train`: dropout, smoothed loss, gradient norm, Adam.

A line of JSON answers each line of JSON, as bench/peers/protocol.ts describes them.
"""
import json
import resource
import sys
import time

import torch
from torch import nn

from transformer import PADDING, Translator


class Session:
    """A model and its optimiser; the fused Adam is PyTorch's fastest on a CPU."""

    def __init__(self, setup):
        torch.manual_seed(1)
        self.model = Translator(setup)
        self.adam = torch.optim.Adam(self.model.parameters(), lr=setup["learningRate"], betas=(0.9, 0.98), fused=True)
        self.loss_of = nn.CrossEntropyLoss(label_smoothing=setup["labelSmoothing"], ignore_index=PADDING, reduction="sum")

    def loss(self, source, target_input, target):
        return self.loss_of(self.model(source, target_input).flatten(0, 1), target.flatten())

    def step(self, source, target_input, target):
        self.model.train()
        self.adam.zero_grad(set_to_none=True)
        tokens = int((target != PADDING).sum())
        loss = self.loss(source, target_input, target) / tokens
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1e9)
        self.adam.step()
        return loss.item(), tokens

    def forward(self, source, target_input, target):
        self.model.eval()
        with torch.no_grad():
            tokens = int((target != PADDING).sum())
            return self.loss(source, target_input, target).item() / tokens, tokens


def peak_memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def serve(request):
    if request["do"] == "open":
        torch.set_num_threads(request["threads"])
        memory = peak_memory()
        sessions[:] = [Session(request)]
        return {"version": torch.__version__, "memory": memory}
    batch = request["batch"]
    tensors = [torch.tensor(batch[name]).view(batch["size"], -1) for name in ("source", "input", "target")]
    run = getattr(sessions[0], request["do"])
    start = time.perf_counter()
    loss, tokens = run(*tensors)
    return {"seconds": time.perf_counter() - start, "loss": loss, "tokens": tokens, "memory": peak_memory()}


sessions = []
for line in sys.stdin:
    print(json.dumps(serve(json.loads(line))), flush=True)
