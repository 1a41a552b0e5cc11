"""Regret of Optuna's TPE on a recorded map: a line a repetition, the regret after each generation. See RecordedMap.cs for the map."""

import csv
import gzip
import math
import random
import sys

try:
    import optuna
except ImportError:
    sys.exit(3)

path, kind, repetitions, generations, batch = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
with gzip.open(path, "rt") as text:
    names, *rows = csv.reader(text)
axes = names.index("alive")
rows = [[float(cell) for cell in row] for row in rows]
counts = [len({row[axis] for row in rows}) for axis in range(axes)]
seeds = len(names) - axes - 1
values = [sum(row[axes + 1:]) / seeds for row in rows]
noise = math.sqrt(sum((v - mean) ** 2 for row, mean in zip(rows, values) for v in row[axes + 1:]) / (len(rows) * (seeds - 1)))
for axis in range(axes):
    stride = math.prod(counts[axis + 1:])
    values = [
        (values[i - stride if i // stride % counts[axis] > 0 else i] + 2 * values[i]
         + values[i + stride if i // stride % counts[axis] < counts[axis] - 1 else i]) / 4
        for i in range(len(values))
    ]


def true(at):
    total = 0.0
    for corner in range(1 << axes):
        place, weight = 0, 1.0
        for axis in range(axes):
            along = at[axis] * (counts[axis] - 1)
            low = min(int(along), counts[axis] - 2)
            high = corner >> axis & 1
            weight *= along - low if high else 1 - (along - low)
            place = place * counts[axis] + low + high
        total += weight * values[place]
    return total


optuna.logging.set_verbosity(optuna.logging.ERROR)
best = max(values)
for repetition in range(repetitions):
    chance = random.Random(repetition)
    together = kind == "generations"
    sampler = optuna.samplers.TPESampler(seed=repetition, multivariate=True, constant_liar=together)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    regrets, seen = [], []
    for _ in range(generations):
        asked = []
        for _ in range(batch):
            trial = study.ask()
            at = [trial.suggest_float(names[axis], 0, 1) for axis in range(axes)]
            asked.append((trial, at))
            if not together:
                seen.append((true(at) + chance.gauss(0, noise), at))
                study.tell(trial, seen[-1][0])
        if together:
            for trial, at in asked:
                seen.append((true(at) + chance.gauss(0, noise), at))
                study.tell(trial, seen[-1][0])
        regrets.append(best - true(max(seen)[1]))
    print(*regrets)
