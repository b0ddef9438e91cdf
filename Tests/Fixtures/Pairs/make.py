"""Writes the golden files of distances, pair losses and miners by pytorch-metric-learning's autograd in double precision.

Run with any recent PyTorch and pytorch-metric-learning 2.9: python3 make.py
"""

import pathlib

import torch
from pytorch_metric_learning import distances as pml_distances
from safetensors.torch import save_file

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
FOLDER = pathlib.Path(__file__).parent


class LpDistance(pml_distances.LpDistance):
    """The same distance from differences: beyond 25 rows torch.cdist expands squares by default."""

    def compute_mat(self, query_emb, ref_emb):
        return torch.cdist(query_emb, ref_emb, p=self.p, compute_mode="donot_use_mm_for_euclid_dist")


class ChiSquared(pml_distances.BaseDistance):
    """By the formula: the peer has none."""

    def compute_mat(self, query_emb, ref_emb):
        x, y = query_emb[:, None], ref_emb[None]
        return ((x - y) ** 2 / (x + y + 1e-10)).sum(2)


DISTANCES = {
    "euclidean.unit": LpDistance(),
    "euclidean": LpDistance(normalize_embeddings=False),
    "squared.unit": LpDistance(power=2),
    "squared": LpDistance(power=2, normalize_embeddings=False),
    "manhattan.unit": LpDistance(p=1),
    "manhattan": LpDistance(p=1, normalize_embeddings=False),
    "manhattan.squared": LpDistance(p=1, power=2, normalize_embeddings=False),
    "cubic.unit": LpDistance(p=3),
    "cubic": LpDistance(p=3, normalize_embeddings=False),
    "cosine": pml_distances.CosineSimilarity(),
    "dot": pml_distances.DotProductSimilarity(normalize_embeddings=False),
    "dot.unit": pml_distances.DotProductSimilarity(),
    "noise.unit": pml_distances.SNRDistance(),
    "noise": pml_distances.SNRDistance(normalize_embeddings=False),
    "chi": ChiSquared(normalize_embeddings=False),
}


def generator(seed):
    return torch.Generator().manual_seed(seed)


def normal(rows, columns, seed, scale=1.0):
    """Normal deviates that single precision holds exactly."""
    return (torch.randn(rows, columns, generator=generator(seed)) * scale).float().double()


def distance_cases():
    near = normal(9, 6, 3)
    near[4] = near[1]
    near[5] = (near[1] + 0.05 * near[2]).float().double()
    twins = torch.cat([near[:4], normal(3, 6, 4)])
    return {
        "plain": (normal(16, 16, 1), normal(11, 16, 2)),
        "one": (normal(1, 5, 5), normal(1, 5, 6)),
        "line": (normal(7, 1, 7), normal(4, 1, 8)),
        "odd": (normal(13, 7, 9), normal(9, 7, 10)),
        "twins": (near, twins),
        "large": (normal(6, 5, 11, 1e4), normal(7, 5, 12, 1e4)),
    }


def write_distances():
    tensors = {}
    for case, (x, y) in distance_cases().items():
        own, cross = normal(len(x), len(x), 20), normal(len(x), len(y), 21)
        tensors |= {f"{case}/x": x, f"{case}/y": y, f"{case}/own": own, f"{case}/cross": cross}
        for name, distance in DISTANCES.items():
            if case == "line" and name.startswith("noise"):
                continue  # one number has no variance
            a, b = (t.abs() if name == "chi" else t for t in (x, y))
            a, b = a.clone().requires_grad_(), b.clone().requires_grad_()
            matrix = distance(a, b)
            (matrix * cross).sum().backward()
            among = a.detach().clone().requires_grad_()
            square = distance(among)
            (square * own).sum().backward()
            tensors |= {
                f"{case}/{name}/matrix": matrix.detach(),
                f"{case}/{name}/dx": a.grad,
                f"{case}/{name}/dy": b.grad,
                f"{case}/{name}/square": square.detach(),
                f"{case}/{name}/dsquare": among.grad,
            }
    save_file({k: v.contiguous() for k, v in tensors.items()}, FOLDER / "distances.safetensors")


if __name__ == "__main__":
    write_distances()
