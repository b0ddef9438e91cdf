"""The batches that golden values of losses over centers and proxies are computed for.

Every number is one of single precision, so that a test in single precision reads the same input as one in double.
"""

import torch

SHAPES = {  # samples, dimension, classes
    "skewed": (32, 16, 7),
    "single": (1, 16, 7),
    "oneClass": (9, 7, 4),
    "duplicates": (12, 8, 3),
    "odd": (17, 13, 5),
    "line": (6, 1, 3),
    "large": (10, 9, 4),
}


def narrow(tensor):
    return tensor.float().double()


def batch(name, members=1):
    """Embeddings, labels, centers ([classes * members, dimension]) and inclusion weights."""
    torch.manual_seed(list(SHAPES).index(name) + 100 * members)
    samples, dimension, classes = SHAPES[name]
    if name == "large":
        x = torch.empty(samples, dimension).uniform_(-1e4, 1e4)
        c = torch.empty(classes * members, dimension).uniform_(-1e4, 1e4)
    else:
        x = torch.randn(samples, dimension)
        c = torch.randn(classes * members, dimension)
    y = torch.randint(0, classes, (samples,))
    if name == "skewed":  # half of the samples are of one class, and the last class is absent
        y = torch.distributions.Categorical(torch.tensor([16.0, 6, 4, 3, 2, 1, 0])).sample((samples,))
    if name == "oneClass":
        y = torch.full((samples,), 2)
    if name == "duplicates":
        x[1] = x[0]
        x[2] = x[0]
        x[5] = x[4]
        c[classes - 1] = c[0]
        y[:6] = torch.tensor([0, 0, 1, 2, 1, 1])
    a = torch.rand(samples, dimension)
    a[0, 0], a[-1, -1] = 0, 1
    return narrow(x), y, narrow(c), narrow(a)
