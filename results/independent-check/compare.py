#!/usr/bin/env python3
"""Compares `vicreg-sweep score` with the definitions, computed here with PyTorch, NumPy and SciPy.

Nothing here was taken from the C# code: the loss terms follow the pseudocode and the public repositories that the
conventions are named after, the panel follows docs/metrics.md. Prints the largest relative differences as Markdown.

    python3 results/independent-check/compare.py
"""
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import scipy.linalg
import scipy.spatial.distance
import torch

COMMAND = Path(__file__).resolve().parents[2] / "vicreg-sweep"
GAMMA, EPSILON = 1.0, 1e-4
LAMBDA, MU, NU = 25.0, 25.0, 1.0
KNN_K, KNN_T = 20, 0.07
TERMS = ["invariance", "variance", "covariance"]


def embeddings(rng):
    """name -> (view 1, view 2, labels); N samples, D dimensions."""
    n, d, classes = 600, 48, 6

    def views(clean, noise=0.1):
        return [clean + noise * clean.std() * rng.standard_normal(clean.shape) for _ in range(2)]

    labels = rng.integers(0, classes, n)
    centres = rng.standard_normal((classes, d))
    healthy = 0.6 * centres[labels] + rng.standard_normal((n, d))
    yield "healthy Gaussian, six classes", *views(healthy), labels

    line = rng.standard_normal((n, 1)) @ rng.standard_normal((1, d)) + 0.5
    yield "dimensional collapse to a line, noise 1e-6", *views(line, 1e-6), labels

    point = 3 * rng.standard_normal(d)
    yield "complete collapse, noise 1e-5 around a mean of norm 20", *[point + 1e-5 * rng.standard_normal((n, d)) for _ in range(2)], labels

    mixing = rng.standard_normal((d, d)) * np.logspace(0, -3, d)
    anisotropic = rng.standard_normal((n, d)) @ mixing.T
    first, second = views(anisotropic)
    first[:, 7] = second[:, 7] = -2.0
    yield "correlated, one dead dimension", first, second, labels

    few = rng.standard_normal((40, 128))
    yield "N = 40 < D = 128", *views(few), labels[:40]

    yield "healthy, l2-normalised", *[v / np.linalg.norm(v, axis=1, keepdims=True) for v in views(healthy)], labels

    yield "healthy, float32", *[v.astype(np.float32) for v in views(healthy)], labels

    first, second = views(healthy)
    first[:, 7] = second[:, 7] = 0.1
    yield "healthy, one dimension is 0.1 throughout", first, second, labels

    yield "every sample is (0.1, …, 0.1)", *[np.full((n, d), 0.1)] * 2, labels


def off_diagonal(x):
    """As facebookresearch/vicreg writes it."""
    n = x.shape[0]
    return x.flatten()[:-1].view(n - 1, n + 1)[:, 1:].flatten()


def losses(view1, view2):
    """The recorded terms, and the total of every convention, with PyTorch in double precision."""
    x, y = torch.from_numpy(view1).double(), torch.from_numpy(view2).double()
    n, d = x.shape
    invariance = torch.nn.functional.mse_loss(x, y)
    hinge = [torch.nn.functional.relu(GAMMA - torch.sqrt(z.var(dim=0) + EPSILON)).mean() for z in (x, y)]
    centred = [z - z.mean(dim=0) for z in (x, y)]
    covariance = [off_diagonal(z.T @ z / (n - 1)).pow(2) for z in centred]
    sums = sum(c.sum() / d for c in covariance)
    totals = {
        # Algorithm 1 of the paper, and solo-learn.
        "paper": LAMBDA * invariance + MU * (hinge[0] + hinge[1]) + NU * sums,
        # facebookresearch/vicreg: std_loss = mean(relu(1 - std_x)) / 2 + mean(relu(1 - std_y)) / 2.
        "official": LAMBDA * invariance + MU * (hinge[0] / 2 + hinge[1] / 2) + NU * sums,
        # facebookresearch/VICRegL halves the covariance term too.
        "vicregl": LAMBDA * invariance + MU * (hinge[0] + hinge[1]) / 2 + NU * sums / 2,
        # facebookresearch/eb_jepa takes the mean of the squared off-diagonal elements.
        "eb_jepa": LAMBDA * invariance + MU * (hinge[0] + hinge[1]) + NU * (covariance[0].mean() + covariance[1].mean()),
    }
    terms = {"invariance": invariance, "variance": hinge[0] + hinge[1], "covariance": sums}
    return {k: v.item() for k, v in terms.items()}, {k: v.item() for k, v in totals.items()}


def exp_entropy(p):
    p = p[p > 0]
    return float(np.exp(-(p * np.log(p)).sum()))


def unit(z):
    return z / np.linalg.norm(z, axis=1, keepdims=True)


def knn_top1(z, labels):
    """Leave one out, one row at a time."""
    u, right = unit(z), 0
    for i in range(len(u)):
        cosine = u @ u[i]
        others = [j for j in np.argsort(-cosine, kind="stable") if j != i][:KNN_K]
        votes = np.zeros(labels.max() + 1)
        for j in others:
            votes[labels[j]] += np.exp((cosine[j] - cosine[others[0]]) / KNN_T)
        right += votes.argmax() == labels[i]
    return right / len(u)


def probe_top1(z, labels):
    """Five folds; the p-th row, in order of class and then of place, is in fold p mod 5."""
    fold = np.empty(len(z), dtype=int)
    fold[np.argsort(labels, kind="stable")] = np.arange(len(z)) % 5
    right = 0
    for f in range(5):
        x, targets = z[fold != f], np.eye(labels.max() + 1)[labels[fold != f]]
        mean, centred = x.mean(axis=0), x - x.mean(axis=0)
        ridge = 1e-3 * centred.var(axis=0).mean()
        # The ridge as extra rows of a least squares problem, rather than normal equations.
        rows = np.vstack([centred / np.sqrt(len(x)), np.sqrt(ridge) * np.eye(x.shape[1])])
        right_side = np.vstack([(targets - targets.mean(axis=0)) / np.sqrt(len(x)), np.zeros((x.shape[1], targets.shape[1]))])
        weights = scipy.linalg.lstsq(rows, right_side)[0]
        scores = (z[fold == f] - mean) @ weights + targets.mean(axis=0)
        right += (scores.argmax(axis=1) == labels[fold == f]).sum()
    return right / len(z)


def panel(view1, view2, labels):
    """docs/metrics.md, with NumPy and SciPy in double precision."""
    z, other = view1.astype(np.float64), view2.astype(np.float64)
    n, d = z.shape
    centred = z - z.mean(axis=0)
    std = z.std(axis=0, ddof=1)
    relative_spread = np.sqrt(std @ std) / np.sqrt((z**2).sum(axis=1).mean())
    singular = scipy.linalg.svd(centred, compute_uv=False, lapack_driver="gesvd")
    eigen = singular**2 / (n - 1)
    uncentred = scipy.linalg.svd(z, compute_uv=False, lapack_driver="gesvd")
    live = std > 1e-6
    pairs = np.corrcoef(z[:, live], rowvar=False)[~np.eye(live.sum(), dtype=bool)] if live.sum() > 1 else None
    has_variance = relative_spread >= 1e-13
    full_rank = has_variance and n > d and singular[-1] > singular[0] * max(n, d) * np.finfo(float).eps
    # Pairs one by one, without the products of rows that lose the digits of near ones.
    distance = scipy.spatial.distance.pdist(unit(z), "sqeuclidean")
    return {
        "std_mean": std.mean(),
        "std_min": std.min(),
        "std_median": np.median(std),
        "dead_dims": float((std < 0.01).sum()),
        "relative_spread": relative_spread,
        "std_l2": unit(z).std(axis=0, ddof=1).mean(),
        "rankme": exp_entropy(uncentred / uncentred.sum() + 1e-7),
        "effective_rank": exp_entropy(singular / singular.sum()) if has_variance else None,
        "participation_ratio": eigen.sum() ** 2 / (eigen**2).sum() if has_variance else None,
        "stable_rank": eigen.sum() / eigen[0] if has_variance else None,
        "condition_number": singular[0] / singular[-1] if full_rank else None,
        "offdiag_corr_rms": np.sqrt((pairs**2).mean()) if pairs is not None else None,
        "offdiag_corr_mean_abs": np.abs(pairs).mean() if pairs is not None else None,
        "alignment": ((unit(z) - unit(other)) ** 2).sum(axis=1).mean(),
        "uniformity": np.log1p(np.expm1(-2 * distance).mean()),
        "knn_top1": knn_top1(z, labels),
        "probe_top1": probe_top1(z, labels),
    }


def score(folder, view1, view2, labels, convention):
    for name, array in [("view1", view1), ("view2", view2), ("labels", labels)]:
        np.save(folder / f"{name}.npy", array)
    command = [COMMAND, "score", "--json", "--convention", convention]
    for name in ["view1", "view2", "labels"]:
        command += [f"--{name}", folder / f"{name}.npy"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def difference(ours, theirs):
    if ours is None or theirs is None:
        return 0.0 if ours is theirs else float("inf")
    return abs(ours - theirs) / max(abs(theirs), 1e-300) if ours != theirs else 0.0


def compare(folder, view1, view2, labels):
    """name -> (relative difference, ours, theirs), for every number that score prints."""
    terms, totals = losses(view1, view2)
    differences = {}

    def add(name, ours, theirs):
        differences[name] = (difference(ours, theirs), ours, theirs)

    for convention, total in totals.items():
        ours = score(folder, view1, view2, labels, convention)
        add(f"total, {convention}", ours["total"], total)
    for term in TERMS:
        add(term, ours[term], terms[term])
    for name, value in panel(view1, view2, labels).items():
        add(name, ours["panel"][name], value)
    missing = set(ours["panel"]) - set(differences)
    assert not missing, missing
    return differences


def main():
    print(f"PyTorch {torch.__version__}, NumPy {np.__version__}, SciPy {scipy.__version__}\n")
    table = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, *arrays in embeddings(np.random.default_rng(20)):
            table[name] = compare(Path(folder), *arrays)
    metrics = list(next(iter(table.values())))
    letters = {name: chr(ord("a") + i) for i, name in enumerate(table)}
    for name, letter in letters.items():
        print(f"* {letter}: {name}")
    print(f"\n| | {' | '.join(letters.values())} |")
    print("|---|" + "---|" * len(letters))
    for metric in metrics:
        print(f"| {metric} | {' | '.join(f'{d[metric][0]:.0e}' if d[metric][0] else '0' for d in table.values())} |")

    flat = [(difference, metric, letters[name], pair) for name in table for metric, (difference, *pair) in table[name].items()]
    print("\nAbove 1e-6 (score, here):")
    for difference, metric, letter, (ours, theirs) in flat:
        if difference > 1e-6:
            print(f"* {letter}, {metric}: {ours}, {theirs}")
    largest = max(d for d in flat if d[0] <= 1e-6)
    print(f"\nLargest of the others: {largest[0]:.1e} ({largest[1]}, {largest[2]})")


if __name__ == "__main__":
    main()
