"""The matrix products that a loss cannot do without, alone, by PyTorch: they bound every implementation of it.

Numbers are those of the first batch, results lie ready, and nothing else is computed. Of a symmetric matrix half the rows
are computed.
"""

import argparse
import pathlib

import torch

from torch_family import B, load
from torch_probe import serve


def soft_triple(batch, members):
    """Cosines with all proxies, and the gradients by embeddings and by proxies."""
    slopes = batch.x @ members.T
    return [(batch.x, members.T), (slopes, members), (slopes.T, batch.x)]


def tan(batch, _):
    """The distances of all pairs, and of those of high weight the images, their distances and two gradients."""
    points = batch.x[batch.weights >= 0.5]
    table = torch.eye(batch.x.shape[1])
    half = len(points) // 2
    return [
        (batch.x[: B // 2], batch.x.T),
        (points, table.T),
        (points[:half], points.T),
        (points, table),
        (points.T, points),
    ]


def similarities(batch, _):
    """Cosines of all pairs, and the gradient by the embeddings, in both of whose roles a pair counts once."""
    table = batch.x @ batch.x.T
    return [(batch.x[: B // 2], batch.x.T), (table, batch.x)]


PRODUCTS = {"nt-xent": similarities, "supcon": similarities, "soft-triple": soft_triple, "tan": tan}


def steps(folder, name):
    """A function that runs the products once."""
    batches, _, members = load(folder)
    with torch.no_grad():
        products = [(a, b, a @ b) for a, b in PRODUCTS[name](batches[0], members)]

    @torch.no_grad()
    def step():
        for a, b, result in products:
            torch.mm(a, b, out=result)

    return step


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--loss", choices=PRODUCTS, required=True)
    parser.add_argument("--threads", type=int, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    work = steps(arguments.data, arguments.loss)
    for _ in range(8):
        work()
    serve(work)
