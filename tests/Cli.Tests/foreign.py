"""Features of CIFAR-10 by a small ResNet in PyTorch, and kNN on what a trained trial makes of them, computed here.

foreign.py features FOLDER CIFAR    writes train.npy and test.npy [N, V, F] with their labels
foreign.py score FOLDER             loads FOLDER/model and prints the share of test images whose neighbours vote for their class
"""
import sys

import numpy
import torch
from torch import nn

TRAIN, TEST, VIEWS, NEIGHBOURS, TEMPERATURE = 600, 200, 4, 20, 0.07


class Block(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, 2, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs))
        self.shortcut = nn.Conv2d(inputs, outputs, 1, 2)

    def forward(self, x):
        return (self.main(x) + self.shortcut(x)).relu()


def write_features(folder, cifar):
    torch.manual_seed(0)
    backbone = nn.Sequential(nn.Conv2d(3, 32, 3, 1, 1), nn.ReLU(), Block(32, 48), Block(48, 64), Block(64, 96), nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
    for name, file, count in (("train", "data_batch_1.bin", TRAIN), ("test", "test_batch.bin", TEST)):
        records = numpy.fromfile(f"{cifar}/{file}", numpy.uint8, count * 3073).reshape(count, 3073)
        images = torch.from_numpy(records[:, 1:].reshape(count, 3, 32, 32).astype(numpy.float32) / 255)
        views = [images]
        for _ in range(VIEWS - 1):
            top, left = torch.randint(0, 9, (2,)).tolist()
            view = nn.functional.pad(images, (4, 4, 4, 4))[:, :, top:top + 32, left:left + 32]
            views.append((view.flip(3) if torch.rand(1) < 0.5 else view) * (0.8 + 0.4 * torch.rand(count, 3, 1, 1)))
        with torch.no_grad():
            features = torch.stack([backbone(view) for view in views], 1)
        numpy.save(f"{folder}/{name}.npy", features.numpy())
        numpy.save(f"{folder}/{name}.labels.npy", records[:, 0].astype(numpy.int64))


def score(folder):
    sys.path.insert(0, f"{folder}/model")
    import load
    unit = {}
    for name in ("train", "test"):
        with torch.no_grad():
            embedding = load.model(torch.from_numpy(numpy.load(f"{folder}/{name}.npy"))[:, 0])[0].double()
        unit[name] = nn.functional.normalize(embedding, dim=1)
    labels = {name: torch.from_numpy(numpy.load(f"{folder}/{name}.labels.npy")) for name in unit}
    cosine, nearest = (unit["test"] @ unit["train"].T).topk(NEIGHBOURS, dim=1)
    votes = torch.zeros(TEST, 10, dtype=torch.float64).scatter_add_(1, labels["train"][nearest], (cosine / TEMPERATURE).exp())
    print((votes.argmax(1) == labels["test"]).double().mean().item())


if sys.argv[1] == "features":
    write_features(*sys.argv[2:])
else:
    score(sys.argv[2])
