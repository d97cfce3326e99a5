"""Writes mlp.json beside it, what PyTorch makes of a small perceptron in a few updates (last made with torch 2.15, CPU):
`python3 test/prediction/golden/make.py`, with torch and numpy. All is computed in double precision."""

import json
import pathlib

import numpy as np
import torch
from torch import nn

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(1)
features, width, layers, rate = 3, 6, 2, 0.01
widths = [features] + [width] * (layers + 1) + [1]
linears = [nn.Linear(a, b) for a, b in zip(widths, widths[1:])]
start = {}
for i, linear in enumerate(linears):
    for name, values in linear.named_parameters():
        drawn = rng.uniform(-1, 1, values.shape).astype(np.float32) / np.float32(np.sqrt(values.shape[-1]))
        start[f"{i}.{name}"] = drawn.ravel().tolist()
        with torch.no_grad():
            values.copy_(torch.from_numpy(drawn.astype(np.float64)))
model = nn.Sequential(*[module for linear in linears for module in (linear, nn.ReLU())][:-1])

norms = dict(features=[8, 4, 2], target=50)
rows = np.round(rng.uniform(0, 1, (20, features)) * norms["features"] * 64) / 64
targets = np.round((20 + 10 * rows[:, 0] + rows[:, 1] * rows[:, 2]) * 64) / 64
x, y = torch.tensor(rows / norms["features"]), torch.tensor(targets / norms["target"])
batches = [rng.choice(len(rows), 8, replace=False).tolist() for _ in range(12)]

before = model(x).squeeze(1).tolist()
adam = torch.optim.Adam(model.parameters(), lr=rate)
for batch in batches:
    loss = nn.functional.mse_loss(model(x[batch]).squeeze(1), y[batch])
    adam.zero_grad()
    loss.backward()
    adam.step()

golden = dict(shape=dict(features=features, width=width, layers=layers), norms=norms, learningRate=rate, start=start,
              rows=rows.tolist(), targets=targets.tolist(), batches=batches,
              before=(np.array(before) * norms["target"]).tolist(),
              after=(model(x).squeeze(1).detach().numpy() * norms["target"]).tolist())
lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(value)}" for name, value in golden.items())
pathlib.Path(__file__).with_name("mlp.json").write_text(f"{{\n{lines}\n}}\n")
