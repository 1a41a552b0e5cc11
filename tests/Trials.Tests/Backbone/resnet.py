"""Torchvision's ResNets with weights and running statistics of their own, as a safetensors file, and what they make of images."""
import json
import struct
import sys

import numpy
import torch
import torchvision

arch, folder = sys.argv[1:]
torch.manual_seed(5)
module = getattr(torchvision.models, arch)()
for name, tensor in module.state_dict().items():
    if name.endswith("running_mean"):
        tensor.normal_(0, 0.1)
    elif name.endswith("running_var"):
        tensor.uniform_(0.5, 2)
    elif ".bn" in name or name.startswith("bn1") or "downsample.1" in name:
        if tensor.is_floating_point():
            tensor.add_(0.1 * torch.randn(tensor.shape))

header, data = {}, b""
for name, tensor in module.state_dict().items():
    values = tensor.numpy().tobytes()
    header[name] = {"dtype": "F32" if tensor.is_floating_point() else "I64", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(values)]}
    data += values
text = json.dumps(header).encode()
with open(f"{folder}/{arch}.safetensors", "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + data)

module.fc = torch.nn.Identity()
cifar10 = ((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616))
imagenet = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


def features(images, statistics):
    mean, std = (torch.tensor(n).view(1, 3, 1, 1) for n in statistics)
    return module.eval()((images - mean) / std).numpy()


with torch.no_grad():
    for side in (32, 64):
        images = torch.rand(6, 3, side, side)
        numpy.save(f"{folder}/images-{side}.npy", images.flatten(1).numpy())
        numpy.save(f"{folder}/features-{side}-cifar10.npy", features(images, cifar10))
        numpy.save(f"{folder}/features-{side}-imagenet.npy", features(images, imagenet))
    torch.manual_seed(1)
    fresh = getattr(torchvision.models, arch)().state_dict()
    numpy.save(f"{folder}/deviations.npy", numpy.array([[float(t.std()) for n, t in fresh.items() if n.endswith("weight") and t.dim() == 4]]))
