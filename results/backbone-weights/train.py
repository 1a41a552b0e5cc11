#!/usr/bin/env python3
"""Trains torchvision's ResNet-18 on the images 10,001 … 20,000 of CIFAR-10, with labels, and writes its weights for backbone.weights.

    python3 train.py CIFAR10_DIR resnet18.safetensors [EPOCHS]

The sweeps use the first 10,000 images and the test images, which the network has not seen. Needs PyTorch, torchvision and safetensors.
Prints its accuracy on 2,000 test images.
"""

import sys

import numpy as np
import torch
import torchvision
from safetensors.torch import save_file

folder, target = sys.argv[1], sys.argv[2]
epochs = int(sys.argv[3]) if len(sys.argv) > 3 else 60
device = "cuda" if torch.cuda.is_available() else "cpu"
MEAN, STD = torch.tensor([0.4914, 0.4822, 0.4465]).view(1, 3, 1, 1), torch.tensor([0.2470, 0.2435, 0.2616]).view(1, 3, 1, 1)


def read(file, count):
    records = np.fromfile(f"{folder}/{file}", np.uint8, count * 3073).reshape(count, 3073)
    images = torch.from_numpy(records[:, 1:].reshape(count, 3, 32, 32).copy()).float() / 255
    return ((images - MEAN) / STD).to(device), torch.from_numpy(records[:, 0].astype(np.int64)).to(device)


def augmented(images):
    """A random flip, and a shift by up to four pixels."""
    images = torch.where(torch.rand(len(images), 1, 1, 1, device=device) < 0.5, images.flip(3), images)
    padded = torch.nn.functional.pad(images, (4, 4, 4, 4))
    rows = torch.randint(0, 9, (len(images), 1), device=device) + torch.arange(32, device=device)
    columns = torch.randint(0, 9, (len(images), 1), device=device) + torch.arange(32, device=device)
    return padded[torch.arange(len(images), device=device)[:, None, None, None], torch.arange(3, device=device)[None, :, None, None],
                  rows[:, None, :, None], columns[:, None, None, :]]


torch.manual_seed(0)
train, test = read("data_batch_2.bin", 10_000), read("test_batch.bin", 2_000)
model = torchvision.models.resnet18(num_classes=10).to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4)
steps = epochs * (10_000 // 128)
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=steps)
for _ in range(epochs):
    order = torch.randperm(10_000, device=device)
    for batch in order[:10_000 // 128 * 128].view(-1, 128):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(augmented(train[0][batch])), train[1][batch]).backward()
        optimizer.step()
        schedule.step()
model.eval()
with torch.no_grad():
    print(f"accuracy on 2,000 test images: {(model(test[0]).argmax(1) == test[1]).float().mean():.4f}")
save_file({name: tensor.contiguous().cpu() for name, tensor in model.state_dict().items() if tensor.dtype == torch.float32}, target)
