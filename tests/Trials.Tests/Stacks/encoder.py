"""An exported trial with a trained backbone in plain PyTorch: applied to images, or trained for some steps on pixels. Everything is double."""
import sys

import numpy
import torch

folder, what = sys.argv[1:]
sys.path.insert(0, folder)
import load

SETTINGS = load.CONFIG["settings"]


class Lars(torch.optim.SGD):
    """You et al. 2017 with solo-learn's clipping; one-dimensional parameters are spared. The norm of a gradient includes the decay, as in VICReg's own code."""
    def step(self):
        group = self.param_groups[0]
        for p in group["params"]:
            if p.dim() > 1:
                p.grad.add_(p.data, alpha=SETTINGS["train.weight_decay"])
                trust = SETTINGS["train.lars_eta"] * p.data.norm() / p.grad.norm()
                p.grad.mul_(min(float(trust / group["lr"]), 1) if SETTINGS["train.lars_clip"] else trust)
        super().step()


def variance(z):
    return torch.relu(SETTINGS["loss.gamma"] - (z.var(0) + SETTINGS["loss.epsilon"]).sqrt()).mean()


def covariance(z):
    z = z - z.mean(0)
    c = z.t() @ z / (len(z) - 1)
    return c.fill_diagonal_(0).pow(2).sum() / z.shape[1]


def save(outputs):
    for name, z in zip(("embedding", "representation"), outputs):
        numpy.save(f"{folder}/{name}.npy", z.detach().numpy())


if what == "apply":
    with torch.no_grad():
        save(load.model(torch.from_numpy(numpy.load(f"{folder}/images.npy"))))
    sys.exit()

model = load.model.double().train()
network = torch.nn.Sequential(model.backbone, model.network)
rate, decay = SETTINGS["train.learning_rate"], SETTINGS["train.weight_decay"]
# What only adds a constant before a BatchNorm or the loss has no gradient but rounding, of which Adam would make whole steps.
constant = [model.network.expand[0].bias, model.network.expand[-1].bias]
trained = list(network.parameters())
optimizer = (torch.optim.Adam(trained, rate, weight_decay=decay) if what == "adam"
             else torch.optim.SGD(trained, rate, momentum=SETTINGS["train.momentum"], weight_decay=decay) if what == "sgd"
             else Lars(trained, rate, momentum=SETTINGS["train.momentum"]))
pixels = torch.from_numpy(numpy.load(f"{folder}/pixels.npy")).double().view(-1, 3, 32, 32)
losses = []
for views in pixels.split(2 * SETTINGS["train.batch_size"]):
    z1, z2 = (network(view)[1] for view in views.chunk(2))
    loss = (SETTINGS["loss.invariance_weight"] * torch.nn.functional.mse_loss(z1, z2)
            + SETTINGS["loss.variance_weight"] * (variance(z1) + variance(z2))
            + SETTINGS["loss.covariance_weight"] * (covariance(z1) + covariance(z2)))
    optimizer.zero_grad()
    loss.backward()
    for p in constant:
        p.grad.zero_()
    optimizer.step()
    losses.append(float(loss.detach()))

numpy.save(f"{folder}/losses.npy", numpy.array([losses]))
with torch.no_grad():
    save(network.eval()(pixels[:2 * SETTINGS["train.batch_size"]]))
