"""The article's module and VGG16 in plain PyTorch, with weights that were exported: what they give is written beside them."""
import sys

import numpy
import torch
from torch import nn

folder, data = sys.argv[1:]
sys.path.insert(0, folder)
import load


class Article(nn.Module):
    def __init__(self, embedding_dim, representation_dim, dropout):
        super().__init__()
        self.embedding = nn.Sequential(
            nn.Linear(512, 128), nn.ReLU(), nn.Dropout(dropout), nn.Linear(128, 32), nn.ReLU(), nn.BatchNorm1d(32), nn.Linear(32, embedding_dim))
        self.expand = nn.Sequential(
            nn.Linear(embedding_dim, 80), nn.BatchNorm1d(80), nn.ReLU(), nn.Linear(80, 80), nn.BatchNorm1d(80), nn.ReLU(), nn.Linear(80, representation_dim))

    def forward(self, x):
        embedding = self.embedding(x)
        return embedding, self.expand(embedding)


with torch.no_grad():
    article = Article(load.CONFIG["embedding_dim"], load.CONFIG["representation_dim"], load.CONFIG["settings"]["model.dropout"])
    article.load_state_dict(load.read("model.safetensors"), strict=True)
    scale = load.read("scale.safetensors")
    images = torch.from_numpy(numpy.load(f"{data}/images.npy"))
    features = torch.from_numpy(numpy.load(f"{data}/features.npy"))
    embedding, representation = article.eval()((features - scale["centre"]) * scale["factor"])
    numpy.save(f"{data}/article-embedding.npy", embedding.numpy())
    numpy.save(f"{data}/article-representation.npy", representation.numpy())
    embedding, representation = load.model(images)
    numpy.save(f"{data}/image-features.npy", load.features(images).numpy())
    numpy.save(f"{data}/image-embedding.npy", embedding.numpy())
    numpy.save(f"{data}/image-representation.npy", representation.numpy())
