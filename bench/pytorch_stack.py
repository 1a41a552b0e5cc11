"""Prints, as JSON, how fast PyTorch trains the same trials: in a loop over trials, and stacked by torch.func and vmap.

The step is that of StepBenchmark.cs: the article's network on features of both views, VICReg's loss, Adam. With it the
frozen VGG16's forward pass, as PyTorch does it best. Called by the benchmarks `gpu-step` and `gpu-backbone` as: pytorch_stack.py DEVICE step|backbone WIDTH…
Ends with 1 where there is no PyTorch; "vmap" is empty where PyTorch is older than 2.0.
"""

import json
import sys
import time

try:
    import torch
    from torch import nn
except ImportError:
    sys.exit(1)

BATCH, FEATURES, E, W, R = 256, 512, 50, 80, 100
SECONDS = 1.0
VGG16 = [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0]

device = torch.device(sys.argv[1])
what, widths = sys.argv[2], [int(width) for width in sys.argv[3:]]


def network():
    norm = lambda size: nn.BatchNorm1d(size, track_running_stats=False)
    return nn.Sequential(
        nn.Linear(FEATURES, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 32), nn.ReLU(), norm(32), nn.Linear(32, E),
        nn.Linear(E, W), norm(W), nn.ReLU(), nn.Linear(W, W), norm(W), nn.ReLU(), nn.Linear(W, R),
    )


def loss_of(z1, z2, invariance, variance, covariance):
    def hinge(z):
        return torch.relu(1 - (z.var(0) + 1e-4).sqrt()).mean()

    def off_diagonal(z):
        z = z - z.mean(0)
        c = z.T @ z / (BATCH - 1)
        return (c.square().sum() - c.diagonal().square().sum()) / R

    return invariance * (z1 - z2).square().mean() + variance * (hinge(z1) + hinge(z2)) + covariance * (off_diagonal(z1) + off_diagonal(z2))


def wait():
    if device.type == "cuda":
        torch.cuda.synchronize()


def per_second(step, units):
    """Units of work a second, over at least SECONDS after a few calls to warm up."""
    for _ in range(3):
        step()
    wait()
    start, calls = time.perf_counter(), 0
    while True:
        step()
        calls += 1
        if calls % 5 == 0 or calls == 1:
            wait()
            if time.perf_counter() - start > SECONDS:
                return units * calls / (time.perf_counter() - start)


def loop(view1, view2):
    model = network().to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def step():
        loss = loss_of(model(view1), model(view2), 25, 25, 1)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return per_second(step, 1)


def stacked(view1, view2, width):
    from torch.func import functional_call, grad, stack_module_state, vmap

    models = [network().to(device) for _ in range(width)]
    parameters, buffers = stack_module_state(models)
    base = models[0].to("meta")
    weights = tuple(torch.full((width,), value, device=device) for value in (25.0, 25.0, 1.0))

    def trial(parameters, buffers, *weights):
        z1, z2 = (functional_call(base, (parameters, buffers), (view,)) for view in (view1, view2))
        return loss_of(z1, z2, *weights)

    gradients = vmap(grad(trial), in_dims=(0, 0, 0, 0, 0), randomness="same")
    optimizer = torch.optim.Adam(list(parameters.values()), lr=1e-3)

    def step():
        found = gradients({name: p.detach() for name, p in parameters.items()}, buffers, *weights)
        for name, parameter in parameters.items():
            parameter.grad = found[name]
        optimizer.step()

    return per_second(step, width)


def backbone():
    layers, channels = [], 3
    for width in VGG16:
        layers += [nn.MaxPool2d(2)] if width == 0 else [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(inplace=True)]
        channels = width or channels
    on_gpu = device.type == "cuda"
    model = nn.Sequential(*layers).to(device, torch.bfloat16 if on_gpu else torch.float32).to(memory_format=torch.channels_last).eval()
    best = 0
    with torch.no_grad():
        for batch in (256, 1024, 4096) if on_gpu else (32,):
            images = torch.rand(batch, 3, 32, 32, device=device).to(next(model.parameters()).dtype).to(memory_format=torch.channels_last)
            best = max(best, per_second(lambda: model(images), batch))
    return best


view1, view2 = (torch.randn(BATCH, FEATURES, device=device) for _ in range(2))
print(json.dumps({
    "version": torch.__version__,
    "loop": loop(view1, view2) if what == "step" else 0,
    "vmap": {width: stacked(view1, view2, width) for width in widths} if hasattr(torch, "func") else {},
    "backbone": backbone() if what == "backbone" else 0,
}))
