"""Writes lightgbm.json beside it: what LightGBM grows on drawn rows, tree by tree.

    python -m venv v && v/bin/pip install lightgbm==4.7.0 && v/bin/python test/boosting/golden/make.py

Features: one without ties; one with few values, zero and negative ones among them; one with more values than bins; one
that is mostly a single value. All numbers have few digits in binary, so that single precision holds them exactly.
"""
import json
import pathlib

import lightgbm as lgb
import numpy as np

settings = dict(objective='regression', num_leaves=30, max_depth=6, learning_rate=0.1, verbosity=-1, num_threads=1,
                deterministic=True, force_row_wise=True)


def draw(rows, seed):
    rng = np.random.default_rng(seed)
    x = np.stack([
        rng.permutation(rows * 4)[:rows] / 64,
        rng.integers(-3, 4, rows) / 2,
        rng.integers(-600, 600, rows) / 8,
        np.where(rng.random(rows) < .7, 2, rng.integers(0, 9, rows)),
    ], axis=1).astype(np.float64)
    y = np.sin(x[:, 0]) + x[:, 1] * (x[:, 2] > 10) + .1 * x[:, 3] + rng.normal(0, .2, rows)
    return x, np.round(y * 1024) / 1024


def tree(node, splits, leaves):
    """Splits in LightGBM's order, children as we write them."""
    if 'leaf_index' in node:
        leaves[node['leaf_index']] = node['leaf_value']
        return -1 - node['leaf_index']
    left, right = (tree(node[side], splits, leaves) for side in ('left_child', 'right_child'))
    splits[node['split_index']] = [node['split_feature'], node['threshold'], left, right]
    return node['split_index']


def case(rows, seed, **more):
    x, y = draw(rows, seed)
    train = lgb.Dataset(x, y, params=dict(settings, **more))
    valid_x, valid_y = draw(60, seed + 1000)
    booster = lgb.train(dict(settings, **more), train, 100, valid_sets=[lgb.Dataset(valid_x, valid_y, reference=train)],
                        callbacks=[lgb.early_stopping(5, verbose=False)])
    trees = []
    for info in booster.dump_model()['tree_info'][:booster.best_iteration]:
        splits, leaves = {}, {}
        tree(info['tree_structure'], splits, leaves)
        trees.append(dict(splits=[splits[i] for i in range(len(splits))],
                          leaves=[leaves[i] for i in range(len(leaves))]))
    return dict(settings=more, rows=x.tolist(), targets=y.tolist(), valid=dict(rows=valid_x.tolist(), targets=valid_y.tolist()),
                trees=len(trees), first=trees[:3], predictions=booster.predict(valid_x).tolist())


cases = [case(240, 1), case(900, 2), case(300, 3, max_bin=16, min_data_in_leaf=5)]
here = pathlib.Path(__file__).parent
lines = ',\n'.join(json.dumps(each) for each in cases)
(here / 'lightgbm.json').write_text(f'{{"version": "{lgb.__version__}", "cases": [\n{lines}\n]}}\n')
