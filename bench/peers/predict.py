"""LightGBM and PyTorch beside our predictors (bench/predict.ts): a line of JSON in, a line out."""

import base64
import json
import sys

import lightgbm as lgb
import numpy as np
import torch
from torch import nn


def array(text, dtype):
    return np.frombuffer(base64.b64decode(text), dtype=dtype).copy()


def pairwise(scores, data):
    """RankNet's derivatives: of the sum over pairs, divided by the number of rows less one."""
    above = data.get_label()[:, None] > data.get_label()[None, :]
    wrong = np.where(above, 1 / (1 + np.exp(scores[:, None] - scores[None, :])), 0)
    curvature = wrong * (1 - wrong)
    rows = max(1, len(scores) - 1)
    return (wrong.sum(0) - wrong.sum(1)) / rows, (curvature.sum(0) + curvature.sum(1)) / rows


def pair_loss(scores, data):
    above = data.get_label()[:, None] > data.get_label()[None, :]
    return "pairs", np.logaddexp(0, scores[None, :] - scores[:, None])[above].mean(), False


def splits_of(node, found):
    """Splits in the order in which they were made: feature, threshold, number of rows on the left."""
    if "split_index" in node:
        left = node["left_child"]
        found[node["split_index"]] = [node["split_feature"], node["threshold"], left.get("internal_count", left.get("leaf_count"))]
        splits_of(left, found)
        splits_of(node["right_child"], found)
    return [found[i] for i in sorted(found)]


def trees(request):
    options = request["options"]
    parameters = dict(objective="regression", metric="l2", num_leaves=options["leaves"], max_depth=options["depth"],
                      learning_rate=options["learningRate"], min_data_in_leaf=options["leafRows"],
                      min_sum_hessian_in_leaf=options["leafCurvature"], max_bin=options["bins"],
                      min_data_in_bin=options["binRows"], verbosity=-1, num_threads=1, deterministic=True)
    measure = None
    if options["objective"] == "pairwise":
        parameters.update(objective=pairwise, metric="none")
        measure = pair_loss
    train, valid = (lgb.Dataset(np.array(request[part]["rows"]), np.array(request[part]["targets"]), params=parameters)
                    for part in ("train", "valid"))
    valid.reference = train
    booster = lgb.train(parameters, train, options["trees"], valid_sets=[valid], feval=measure,
                        callbacks=[lgb.early_stopping(options["patience"], verbose=False)])
    kept = booster.best_iteration or booster.num_trees()
    return {
        "version": lgb.__version__,
        "trees": kept,
        "first": splits_of(booster.dump_model()["tree_info"][0]["tree_structure"], {}),
        "predictions": booster.predict(np.array(request["test"]["rows"]), num_iteration=kept).tolist(),
    }


def mlp(request):
    """HAT's network and training, from the weights and on the batches that are given."""
    torch.set_num_threads(1)
    layers = [nn.Linear(*reversed(shape)) for shape in request["shapes"]]
    for i, layer in enumerate(layers):
        with torch.no_grad():
            for name in ("weight", "bias"):
                values = getattr(layer, name)
                values.copy_(torch.from_numpy(array(request["weights"][f"{i}.{name}"], np.float32)).view_as(values))
    modules = [module for layer in layers for module in (layer, nn.ReLU())][:-1]
    model = nn.Sequential(*modules)
    adam = torch.optim.Adam(model.parameters(), lr=request["learningRate"])
    norms = np.array(request["norms"]["features"])
    of = lambda rows: torch.tensor(np.array(rows) / norms, dtype=torch.float32)
    x = of(request["train"]["rows"])
    y = torch.tensor(np.array(request["train"]["targets"]) / request["norms"]["target"], dtype=torch.float32)
    for batch in torch.from_numpy(array(request["batches"], np.int32)).view(-1, request["batch"]).long():
        loss = nn.functional.mse_loss(model(x[batch]).squeeze(1), y[batch])
        adam.zero_grad()
        loss.backward()
        adam.step()
    with torch.no_grad():
        predictions = model(of(request["test"]["rows"])).squeeze(1) * request["norms"]["target"]
    return {"version": torch.__version__, "predictions": predictions.tolist()}


for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps({"trees": trees, "mlp": mlp}[asked["do"]](asked)), flush=True)
