"""Analyses of variance of ten designs, by nested least-squares fits in NumPy; nothing of the program is used.

    python3 designs.py > designs.json

A design is written down here as a statistician would: its factors, each a list of levels, and a level the values of its parameters. The sweep
files of the same name beside this script say the same in the words of a sweep file: as a grid, a zip, an exclude or blocks.
"""
import itertools
import json
import math

import numpy as np
import scipy.stats as st

L, M, N = "loss.invariance_weight", "loss.variance_weight", "loss.covariance_weight"
EPS, E, R = "loss.epsilon", "model.embedding_dim", "model.representation_dim"
DEFAULTS = {L: 25, M: 25, N: 1, EPS: 1e-4, E: 50, R: 100}


def factor(names, *levels):
    return [dict(zip(names, level)) for level in levels]


WEIGHTS = factor((L, M, N), (25, 25, 1), (1, 1, 1), (25, 0, 0))
EPSILONS = factor((EPS,), (1e-5,), (1e-4,), (1e-3,))
SIZES = factor((E, R), (2, 16), (50, 16), (50, 100))

# By name: the factors and the seeds; None where the sweep is no complete factorial of any factors.
DESIGNS = {
    "complete": ([factor((M,), (0,), (1,), (25,)), factor((N,), (0,), (1,))], 2),
    "zip-beside-a-grid-with-an-excluded-cell": ([WEIGHTS, EPSILONS, SIZES], 2),
    "zipped-twice": ([WEIGHTS, factor((E, R), (2, 16), (50, 100))], 3),
    "nested": ([factor((M, N), (0, 0), (25, 1), (25, 5)), EPSILONS], 2),
    "one-zip-that-repeats-values": ([factor((M, N), (25, 1), (0, 1), (25, 0))], 3),
    "blocks": ([EPSILONS, factor((E, R), (2, 16), (50, 100))], 2),
    "level-excluded": ([factor((M,), (0,), (25,)), factor((N,), (0,), (1,), (5,))], 2),
    "three-axes-one-seed": ([factor((M,), (0,), (25,)), factor((N,), (0,), (1,)), EPSILONS], 1),
    "cells-excluded": (None, 2),
    "unequal-seeds": (None, 2),
}


def score(settings, seed):
    """What a trial scores: any number that depends on all of its settings and on its seed."""
    s = DEFAULTS | settings
    return 0.2 + 0.1 * math.sin(1.1 * s[L] + 2.3 * s[M] + 3.7 * s[N] + 5.9 * math.log10(s[EPS]) + 0.77 * s[E] + 0.13 * s[R] + 9.1 * seed) ** 2


def analysis(factors, seeds):
    rows = [(levels, seed) for levels in itertools.product(*(range(len(f)) for f in factors)) for seed in range(seeds)]
    y = np.array([score({k: v for f, level in zip(factors, levels) for k, v in f[level].items()}, seed) for levels, seed in rows])

    def dummies(term):
        keys = [tuple(levels[f] if f < len(factors) else seed for f in term) for levels, seed in rows]
        return np.array([[float(key == level) for level in sorted(set(keys))] for key in keys])

    def fit(terms):
        x = np.hstack([np.ones((len(rows), 1))] + [dummies(t) for t in terms])
        return ((y - x @ np.linalg.lstsq(x, y, rcond=None)[0]) ** 2).sum(), int(np.linalg.matrix_rank(x))

    terms = [t for n in range(1, len(factors) + 1) for t in itertools.combinations(range(len(factors)), n)]
    left, rank = fit(terms + ([(len(factors),)] if seeds > 1 else []))
    freedom, total = len(rows) - rank, ((y - y.mean()) ** 2).sum()
    effects = {}
    for i, term in enumerate(terms):
        (before, r0), (after, r1) = fit(terms[:i]), fit(terms[: i + 1])
        f = (before - after) / (r1 - r0) / (left / freedom) if seeds > 1 else None
        name = " x ".join(sorted("+".join(sorted(factors[k][0])) for k in term))
        effects[name] = [r1 - r0, (before - after) / total, f, st.f.sf(f, r1 - r0, freedom) if seeds > 1 else None]
    return {"points": len(rows) // seeds, "effects": effects, "noise": left / total if seeds > 1 else None}


print(json.dumps({name: analysis(*design) if design[0] else None for name, design in DESIGNS.items()}, indent=1))
