"""Prints the seconds a trial that Optuna takes on a new database, with what StoreBenchmark.cs records of a trial.

Three parameters, five reports of the loss, and the panels of both spaces as one user attribute each; nothing is trained. Its arguments are the
number of trials and an empty database as SQLAlchemy addresses it; SQLite in a folder of its own unless given. Called by the benchmarks `store`
and `postgres`. Ends with 1 where Optuna or the driver of the database is not installed.
"""

import math
import pathlib
import sys
import tempfile
import time

try:
    import optuna
except ImportError:
    sys.exit(1)

METRICS = 19


def objective(trial):
    weight = trial.suggest_float("loss.invariance_weight", 0.5, 25)
    trial.suggest_float("loss.variance_weight", 0.5, 25)
    trial.suggest_float("loss.covariance_weight", 0.25, 25)
    for row in range(1, 6):
        trial.report(49.5 / row, row * 200)
    for space in ("embedding", "representation"):
        trial.set_user_attr(space, {f"metric_{i}": math.sqrt(weight + i) for i in range(METRICS)})
    return 49.5 / 5


trials = int(sys.argv[1])
optuna.logging.set_verbosity(optuna.logging.ERROR)
with tempfile.TemporaryDirectory() as folder:
    database = sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{pathlib.Path(folder, 'optuna.db')}"
    study = optuna.create_study(storage=database, sampler=optuna.samplers.RandomSampler(seed=0))
    start = time.perf_counter()
    study.optimize(objective, n_trials=trials)
    print((time.perf_counter() - start) / trials)
