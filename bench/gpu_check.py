#!/usr/bin/env python3
"""Shows what VicRegSweeps does on the GPU of this machine, from a folder that holds nothing but the package of eng/gpu-check.

    python3 gpu_check.py [--out FOLDER] [--device cuda|cpu] [PART...]

Needs PyTorch, whose libtorch it takes; neither .NET nor a network. Each part has a time limit and its own process, and its result is
written at once, to results.json and results.md in FOLDER: a part that hangs or breaks loses only itself. On --device cpu the same
parts run small, to see that they run. Ends with 1 if a part failed.
"""

import argparse
import csv
import json
import os
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
COMMAND, BENCH = str(HERE / "vicreg-sweep"), str(HERE / "VicRegSweeps.Bench")
WORK = Path(tempfile.mkdtemp(prefix="gpu-check-"))

SWEEP = """version: 1
name: {name}
seeds: {seeds}
fixed:
  data.source: shapes
  data.train_images: {images}
  data.test_images: 1000
  train.epochs: {epochs}
{more}grid:
  loss.variance_weight: {{log: [0.1, 100], count: {variances}}}
  loss.covariance_weight: {{log: [0.01, 10], count: {covariances}}}
"""


PREDICTORS = """version: 1
name: predictors
seeds: 2
fixed:
  data.source: dots
  video.sequences: {sequences}
  augment.recipe: neighbours
  train.epochs: 5
  train.batch_size: 128
  model.embedding_dim: 8
  predictor.epochs: {epochs}
grid:
  predictor.joint: [false, true]
  predictor.width: [16, 64]
  loss.variance_weight: [0, 25]
"""


class Failed(Exception):
    """A part found something wrong."""


def run(arguments, limit, **options):
    """The output of a program that ends with 0 within its limit; its whole process group ends with it."""
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True, cwd=WORK, **options)
    try:
        output, _ = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        raise Failed(f"ran past {limit:.0f} s; its last lines: {tail(output)}")
    if process.returncode != 0:
        raise Failed(f"ended with {process.returncode}; its last lines: {tail(output)}")
    return output


def status_of(name):
    output = sweep("status", WORK / name / "sweep.db", "--json")[0]
    return json.loads(output[output.index("{"):])


def tail(output):
    return " | ".join(line.strip() for line in output.splitlines()[-25:])


def sweep(verb, *arguments, limit=120):
    start = time.perf_counter()
    output = run([COMMAND, verb, *map(str, arguments)], limit)
    return output, time.perf_counter() - start


def train(file, name, *arguments, limit=120):
    return sweep("run", file, "--device", device, "--store", WORK / name / "sweep.db", "--cache", WORK / "cache", *arguments, limit=limit)


def write_sweep(name, variances, covariances, images, epochs, seeds=1, more=""):
    file = WORK / f"{name}.yaml"
    file.write_text(SWEEP.format(name=name, variances=variances, covariances=covariances, images=images, epochs=epochs, seeds=seeds, more=more))
    return file


def bench(part, limit):
    """The figures that a benchmark of ours adds, also those before it broke."""
    figures = WORK / f"{part}.jsonl"
    try:
        run([BENCH, part], limit, env={**os.environ, "BENCH_FIGURES": str(figures)})
    finally:
        lines = [json.loads(line) for line in figures.read_text().splitlines()] if figures.exists() else []
        add({line["name"]: f"{line['value']:.5g} {line['unit']}".strip() if line["value"] is not None else None for line in lines})
    return {line["name"]: line["value"] for line in lines}


def symbols(library):
    """Names that a shared library of 64 bits wants and has, from its dynamic symbol table; weak wants are left out."""
    data = library.read_bytes()
    offset, = struct.unpack_from("<Q", data, 40)
    size, count = struct.unpack_from("<HH", data, 58)
    sections = [struct.unpack_from("<IIQQQQIIQQ", data, offset + i * size) for i in range(count)]
    wanted, had = set(), set()
    for section in (s for s in sections if s[1] == 11):
        names = sections[section[6]][4]
        for at in range(section[4], section[4] + section[5], 24):
            name, info, _, place = struct.unpack_from("<IBBH", data, at)
            text = data[names + name:data.index(b"\0", names + name)].decode()
            if text and (place or info >> 4 == 1):
                (had if place else wanted).add(text)
    return wanted, had


def bind():
    """TorchSharp's binding fits the libtorch of this PyTorch; what is missing is named."""
    import importlib.util
    libraries = Path(importlib.util.find_spec("torch").submodule_search_locations[0]) / "lib"
    names = ("libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so")
    had = set().union(*(symbols(libraries / name)[1] for name in names if (libraries / name).exists()))
    wanted = {name for name in symbols(HERE / "libLibTorchSharp.so")[0] if "torch" in name or "c10" in name or name.startswith(("_ZN2at", "_ZNK2at"))}
    add({"symbols that the binding wants of libtorch": len(wanted), "missing": len(wanted - had)})
    if wanted - had:
        add({"the missing ones": ", ".join(sorted(wanted - had)[:40])})
    add({"devices": " | ".join(sweep("devices", limit=60)[0].splitlines())})
    if wanted - had:
        raise Failed("symbols are missing: use a PyTorch of the version that the message of `devices` names")


def agreement():
    """A stack of 8 agrees with the processor over 50 steps, for every optimizer."""
    if bench("gpu-agreement", 90 if device != "cpu" else 200)["as near to double precision as they are to be"] != 1:
        raise Failed("the GPU is further from double precision than it may be")


def interruption():
    """Killed with SIGKILL and started again, a sweep ends with the numbers of one that ran through."""
    images, epochs, points = (1024, 600, 4) if device != "cpu" else (512, 20, 2)
    file = write_sweep("kill", points, points, images, epochs, more="  eval.every_epochs: 200\n")
    _, seconds = train(file, "through")
    arguments = [COMMAND, "run", str(file), "--device", device, "--store", str(WORK / "killed" / "sweep.db"), "--cache", str(WORK / "cache")]
    kills = 0
    for _ in range(2):
        process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=WORK)
        time.sleep(max(1.5, 0.6 * seconds))
        if process.poll() is None:
            process.kill()
            kills += 1
        process.wait()
    train(file, "killed")
    rows = [rows_of(name) for name in ("through", "killed")]
    numbers = [(column, a[column], b[column]) for a, b in zip(*rows) for column in a if column != "seconds"]
    different = [f"{column}: {a} and {b}" for column, a, b in numbers if a != b]
    add({"seconds in one go": f"{seconds:.1f}", "kills": kills, "trials": len(rows[0])})
    add({"numbers": len(numbers), "of them different": len(different), "such as": "; ".join(different[:5])})
    if kills == 0 or len(rows[0]) != len(rows[1]) or different:
        raise Failed("the numbers differ, or nothing was killed")


def rows_of(name):
    sweep("export", WORK / name / "sweep.db", "--csv", WORK / name / "csv")
    with open(WORK / name / "csv" / "trials.csv", newline="") as file:
        return sorted(csv.DictReader(file), key=lambda row: row["trial"])


def halving():
    """A stack that finds no room is halved until it does, and every trial completes."""
    if device == "cpu":
        raise Failed("needs a GPU")
    hold = ("import sys, torch; free, _ = torch.cuda.mem_get_info(); rest = int(3e9); kept = torch.empty(free - rest, dtype=torch.uint8, device='cuda');"
            "print('held', flush=True); sys.stdin.read()")
    other = subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        other.stdout.readline()
        file = write_sweep("halving", 32, 32, 512, 1, more="  augment.views: 2\n")
        output, seconds = train(file, "halving", "--stack", "1024")
    finally:
        other.kill()
    lines = [line for line in output.splitlines() if "broke" in line or "halve" in line.lower() or "out of memory" in line]
    completed = status_of("halving")["completed"]
    add({"left to it": "3 GB", "completed": completed, "seconds": f"{seconds:.1f}", "said": " | ".join(lines)[:600]})
    if completed != 1024:
        raise Failed("not every trial completed")


def memory():
    """A GPU's memory is back where it was between stacks."""
    found = bench("gpu-memory", 60)
    if found["taken between the fifth and the last stack"] > 64 or found["live tensors more after the last stack than after the first"] > 0:
        raise Failed("memory grew")


def quickstart():
    """The first command of the README, and its verdicts."""
    _, seconds = train(HERE / "quickstart.yaml", "quickstart")
    verdicts = [
        f"{row['loss.variance_weight']}/{row['loss.covariance_weight']} {row['collapse_embedding']}, {row['collapse_representation']}"
        for row in rows_of("quickstart")
    ]
    add({"seconds": f"{seconds:.1f}", "verdicts of embedding and representation by variance/covariance weight": "; ".join(sorted(verdicts))})


def step():
    """Trial-steps a second, against PyTorch and against what the device can do."""
    bench("gpu-step", 110)


def backbone():
    """Images a second, alone and in a feature bank, and what bfloat16 changes."""
    bench("gpu-backbone", 60)


def evaluation():
    """What an evaluation of 512 trials is made of."""
    bench("gpu-evaluation", 60)


def atlas():
    """2,000 points on 10,000 images, the feature bank included."""
    variances, covariances, images, epochs = (50, 40, 10_000, 10) if device != "cpu" else (4, 4, 512, 2)
    output, seconds = train(write_sweep("atlas", variances, covariances, images, epochs), "atlas", limit=150)
    completed = status_of("atlas")["completed"]
    add({"points": completed, "seconds": f"{seconds:.1f}", "progress": " | ".join(line.strip() for line in output.splitlines() if "/s" in line)[-400:]})
    with sqlite3.connect(WORK / "atlas" / "sweep.db") as database:
        spent = database.execute("SELECT stage, SUM(seconds) FROM stage_time GROUP BY stage ORDER BY 2 DESC").fetchall()
    add({f"seconds on {stage}": f"{seconds:.1f}" for stage, seconds in spent})
    if completed != variances * covariances:
        raise Failed("not every trial completed")


def predictors():
    """Predictors of the next frame, on a GPU and on the processors beside it; killed and started again they end with the same numbers."""
    sequences, epochs = (400, 20) if device != "cpu" else (24, 10)
    file = WORK / "predictors.yaml"
    file.write_text(PREDICTORS.format(sequences=sequences, epochs=epochs))
    _, seconds = train(file, "predictors", limit=150)
    _, beside = sweep("run", file, "--device", "cpu", "--store", WORK / "predictors-cpu" / "sweep.db", "--cache", WORK / "cache", limit=150)
    add({"seconds": f"{seconds:.1f}", "seconds on the processors": f"{beside:.1f}"})
    killed = [COMMAND, "run", str(file), "--device", device, "--store", str(WORK / "predictors-killed" / "sweep.db"), "--cache", str(WORK / "cache")]
    process = subprocess.Popen([*killed, "--checkpoint-every", "0.2"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=WORK)
    time.sleep(0.8 * seconds)
    process.kill()
    process.wait()
    train(file, "predictors-killed", limit=150)
    there, here, again = [rows_of(name) for name in ("predictors", "predictors-cpu", "predictors-killed")]
    for column in ("prediction/skill_1", "prediction/skill_5", "prediction/retrieval_1", "prediction/position_r2_5", "embedding/participation_ratio"):
        pairs = [(float(a[column]), float(b[column])) for a, b in zip(there, here) if a.get(column) and b.get(column)]
        add({f"{column}: trials, mean, largest difference to the processor's": f"{len(pairs)}, {sum(a for a, _ in pairs) / max(1, len(pairs)):.4f}, "
             f"{max((abs(a - b) for a, b in pairs), default=float('nan')):.2g}"})
    different = [f"{column}: {a[column]} and {b[column]}" for a, b in zip(there, again) for column in a if column != "seconds" and a[column] != b[column]]
    add({"numbers that differ after a kill": len(different), "such as": "; ".join(different[:5])})
    if different or len(there) != len(again):
        raise Failed("the numbers differ")


def encoders():
    """Trained backbones: images a second a trial, agreement with the processors beside it; killed and started again they end with nearly the same numbers."""
    figures = bench("gpu-encoders", 150)
    for name in ("conv4", "resnet18"):
        first = figures[f"{name}, step 1: device"]
        if first is None or first > 1e-2:
            raise Failed(f"{name}: the first step's loss is further from double precision than TF32 explains")
    file = write_sweep("encoders", 2, 2, 512, 4, more="  backbone.arch: conv4\n  backbone.train: true\n  model.head: none\n")
    _, seconds = train(file, "encoders", limit=150)
    killed = [COMMAND, "run", str(file), "--device", device, "--store", str(WORK / "encoders-killed" / "sweep.db"), "--cache", str(WORK / "cache")]
    process = subprocess.Popen([*killed, "--checkpoint-every", "0.2"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=WORK)
    time.sleep(0.8 * seconds)
    process.kill()
    process.wait()
    train(file, "encoders-killed", limit=150)
    pairs = [(float(a["embedding/knn_top1"]), float(b["embedding/knn_top1"])) for a, b in zip(rows_of("encoders"), rows_of("encoders-killed"))]
    add({"sweep: seconds": f"{seconds:.1f}", "kNN in one go and after a kill": "; ".join(f"{a:.3f} {b:.3f}" for a, b in pairs)})
    if len(pairs) != 4 or max(abs(a - b) for a, b in pairs) > 0.06:
        raise Failed("not every trial completed, or a kill changed what it scores")


def inputs():
    """Other backbones and fresh views: each trains here, scores what it scores on the processors beside it, and embeds."""
    for name, more in (
        ("resnet18", "  backbone.arch: resnet18\n  backbone.precision: float32\n"),
        ("resnet50", "  backbone.arch: resnet50\n  backbone.precision: float32\n"),
        ("stream", "  augment.views: stream\n  backbone.precision: float32\n"),
    ):
        file = write_sweep(name, 2, 2, 512, 2, more=more + "  data.test_images: 500\n")
        file.write_text(file.read_text().replace("  data.test_images: 1000\n", ""))
        _, seconds = train(file, name)
        sweep("run", file, "--device", "cpu", "--store", WORK / f"{name}-cpu" / "sweep.db", "--cache", WORK / "cache-cpu", limit=150)
        pairs = [(float(a["embedding/knn_top1"]), float(b["embedding/knn_top1"])) for a, b in zip(rows_of(name), rows_of(f"{name}-cpu"))]
        add({f"{name}: seconds": f"{seconds:.1f}", f"{name}: kNN here and there": "; ".join(f"{a:.3f} {b:.3f}" for a, b in pairs)})
        if len(pairs) != 4 or max(abs(a - b) for a, b in pairs) > 0.06:
            raise Failed(f"{name}: not every trial completed, or it scores otherwise")


def workers():
    """Two processes on one GPU against one."""
    variances, covariances, images, epochs = (32, 16, 5_000, 10) if device != "cpu" else (4, 2, 512, 2)
    file = write_sweep("workers", variances, covariances, images, epochs, more="  eval.every_epochs: 5\n")
    train(file, "warm-up", "--stack", "128")
    for count in (1, 2):
        _, seconds = train(file, f"workers-{count}", "--stack", "128", "--workers", count)
        add({f"seconds with {count}": f"{seconds:.1f}"})


def trace():
    """The time of each kernel of a step of 512 trials, by Nsight Compute where it is there."""
    if not shutil.which("ncu"):
        raise Failed("ncu is not here")
    metrics = "gpu__time_duration.sum,dram__bytes.sum"
    output = run(["ncu", "--clock-control", "none", "--csv", "--metrics", metrics, "--launch-count", "300", BENCH, "gpu-trace"], 75)
    (out / "trace.csv").write_text(output)
    times, kernels = {}, 0
    for row in csv.reader(line for line in output.splitlines() if line.startswith('"')):
        if "gpu__time_duration.sum" not in row:
            continue
        at = row.index("gpu__time_duration.sum")
        name, value, unit = row[4][:48], float(row[at + 2].replace(",", "")), row[at + 1]
        times.setdefault(name, []).append(value * {"ns": 1e-3, "nsecond": 1e-3, "us": 1, "usecond": 1, "ms": 1e3, "msecond": 1e3}.get(unit, float("nan")))
        kernels += 1
    add({"kernels traced": kernels, **{name: f"{sum(t):.0f} us in {len(t)}" for name, t in sorted(times.items(), key=lambda item: -sum(item[1]))[:24]}})


PARTS = [bind, agreement, quickstart, backbone, evaluation, step, memory, interruption, halving, atlas, predictors, encoders, inputs, workers, trace]
results = {}
current = None


def add(figures):
    results[current]["figures"].update(figures)
    write()


def write():
    (out / "results.json").write_text(json.dumps(results, indent=1))
    lines = ["| part | figure | value |", "|---|---|---|"]
    for name, part in results.items():
        lines.append(f"| **{name}** | {part['state']} | {part.get('seconds', '')} s |")
        lines += [f"| | {figure} | {value} |" for figure, value in part["figures"].items()]
        lines += [f"| | why | {part['why'][:1500]} |"] if "why" in part else []
    (out / "results.md").write_text("\n".join(lines) + "\n")


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--out", type=Path, default=Path("gpu-check"))
parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(p.__name__ for p in PARTS))
options = parser.parse_args()
device, out = options.device, options.out.resolve()
out.mkdir(parents=True, exist_ok=True)
os.environ.update({"HOME": str(WORK), "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"})
if device == "cuda":
    os.environ["VICREG_LIBTORCH"] = "python3"

for part in PARTS:
    if options.parts and part.__name__ not in options.parts:
        continue
    current = part.__name__
    results[current] = {"what": part.__doc__, "state": "running", "figures": {}}
    write()
    began = time.perf_counter()
    try:
        part()
        results[current]["state"] = "passed"
    except Exception as error:
        results[current].update(state="FAILED", why=f"{type(error).__name__}: {error}")
    results[current]["seconds"] = round(time.perf_counter() - began, 1)
    write()
    print(f"{current}: {results[current]['state']}, {results[current]['seconds']} s", results[current].get("why", ""), flush=True)

shutil.rmtree(WORK, ignore_errors=True)
print((out / "results.md").read_text())
sys.exit(any(part["state"] == "FAILED" for part in results.values()))
