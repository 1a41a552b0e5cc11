"""The trained model in PyTorch: `python3 load.py` checks that it loads, `from load import model, features` uses it.

model(images) gives embedding and representation of images [M, 3, H, W] between 0 and 1, or of features [M, F] where config.json
has no backbone. model.network is the article's module and takes standardized features; features(images) are those of the backbone.
Where the trial has a predictor, model.network.predictor(past, steps) gives the next embeddings [M, steps, E] after the past ones
[M, history, E], the newest last.
"""
import json
import math
import pathlib
import struct

import torch
from torch import nn

HERE = pathlib.Path(__file__).parent
CONFIG = json.loads((HERE / "config.json").read_text())


def read(name):
    """The tensors of a .safetensors file by name."""
    data = (HERE / name).read_bytes()
    size, = struct.unpack("<Q", data[:8])
    types = {"F32": torch.float32, "I64": torch.int64}
    entries = {n: e for n, e in json.loads(data[8:8 + size]).items() if n != "__metadata__"}
    return {n: torch.frombuffer(bytearray(data[8 + size + e["data_offsets"][0]:8 + size + e["data_offsets"][1]]), dtype=types[e["dtype"]])
            .reshape(e["shape"]) for n, e in entries.items()}


def layers(described):
    return nn.Sequential(*(getattr(nn, kind)(*sizes) for kind, *sizes in described))


def vgg(described):
    backbone = layers(described["layers"])
    backbone.load_state_dict({n.removeprefix("features."): t for n, t in read("backbone.safetensors").items()}, strict=True)
    return backbone


class ConvNet(nn.Module):
    """Convolutions, each with its BatchNorm, under torchvision's names; the last map is averaged."""
    def __init__(self, blocks):
        super().__init__()
        self.described = blocks
        for name, norm, inputs, outputs, kernel, stride in self.parts():
            self.put(name, nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False))
            self.put(norm, nn.BatchNorm2d(outputs))

    def parts(self):
        return [part for block in self.described for part in [*block["main"], *filter(None, [block["shortcut"]])]]

    def put(self, name, module):
        *path, last = name.split(".")
        parent = self
        for step in path:
            if not hasattr(parent, step):
                parent.add_module(step, nn.Module())
            parent = getattr(parent, step)
        parent.add_module(last, module)

    def part(self, described, x):
        return self.get_submodule(described[1])(self.get_submodule(described[0])(x))

    def forward(self, x):
        for block in self.described:
            y = x
            for described in block["main"][:-1]:
                y = self.part(described, y).relu()
            y = self.part(block["main"][-1], y)
            if block["residual"]:
                y = y + (self.part(block["shortcut"], x) if block["shortcut"] else x)
            x = y.relu()
            if block["pool"]:
                x = nn.functional.max_pool2d(x, *block["pool"])
        return x.mean((2, 3))


def convnet(described):
    backbone = ConvNet(described["blocks"])
    backbone.load_state_dict(read("backbone.safetensors"), strict=True)
    return backbone


class Predictor(nn.Sequential):
    """The next embedding from some past ones side by side, and from its own output the ones after it."""
    def __init__(self, described):
        super().__init__(*layers(described["layers"]))
        self.history, self.residual = described["history"], described["residual"]
        self.register_buffer("centre", torch.zeros(CONFIG["embedding_dim"]))
        self.register_buffer("scale", torch.ones(1))

    def forward(self, past, steps=1):
        factor = torch.where(self.scale > 0, 1 / self.scale, torch.zeros(1))
        z = list(((past - self.centre) * factor).unbind(1))
        for _ in range(steps):
            change = super().forward(torch.cat(z[-self.history:], 1))
            z.append(z[-1] + change if self.residual else change)
        return torch.stack(z[-steps:], 1) * self.scale + self.centre


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = layers(CONFIG["embedding"])
        self.expand = layers(CONFIG["expand"])
        if CONFIG["predictor"]:
            self.predictor = Predictor(CONFIG["predictor"])

    def forward(self, x):
        embedding = self.embedding(x)
        return embedding, self.expand(embedding)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.network = Network()
        self.network.load_state_dict(read("model.safetensors"), strict=True)
        described = CONFIG["backbone"]
        self.backbone = (None if described is None else vgg(described) if "layers" in described else convnet(described) if "blocks" in described
                         else nn.Identity())
        self.scale = read("scale.safetensors") if (HERE / "scale.safetensors").exists() else None

    def features(self, images):
        if self.backbone is None:
            return images
        mean, std = (torch.tensor(CONFIG["backbone"][n]).view(1, 3, 1, 1) for n in ("mean", "std"))
        return self.backbone((images - mean) / std).flatten(1)

    def forward(self, images):
        x = self.features(images)
        if self.scale is not None:
            x = (x - self.scale["centre"]) * self.scale["factor"]
        return self.network(x)


model = Model().eval()
features = model.features

if __name__ == "__main__":
    count = sum(math.prod(p.shape) for p in model.network.parameters())
    print(f"trial {CONFIG['trial']}: {count} parameters, embedding of {CONFIG['embedding_dim']} and representation of {CONFIG['representation_dim']} dimensions"
          + (f", predictor from {CONFIG['predictor']['history']} frames" if CONFIG["predictor"] else ""))
