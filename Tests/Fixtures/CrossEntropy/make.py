"""Writes crossEntropy.safetensors: torch.nn.functional.cross_entropy and its autograd gradient in double precision.

Run with any recent PyTorch and safetensors: python3 make.py
Inputs are numbers of single precision, so that both precisions are compared with the same numbers.
"""

import json
import pathlib

import torch
from safetensors.torch import save_file

torch.manual_seed(5)
torch.set_num_threads(1)
VARIANTS = {  # label smoothing, class weights, soft targets
    "plain": (0.0, False, False),
    "weighted": (0.0, True, False),
    "smoothed": (0.1, False, False),
    "weighted.smoothed": (0.2, True, False),
    "soft": (0.0, False, True),
    "soft.weighted.smoothed": (0.2, True, True),
}
tensors, settings = {}, {}


def batch(name, logits, labels):
    """All variants of one batch; rows labelled −100 take no part, as PyTorch has it."""
    rows, classes = logits.shape
    inputs = {
        "logits": logits.float(),
        "labels": labels,
        "weights": torch.rand(classes) + 0.5,
        "targets": (3 * torch.rand(rows, classes)).softmax(1),
    }
    if name == "odd":  # a class without weight, a row without certainty, and one whose targets do not sum to 1
        inputs["weights"][2] = 0
        inputs["targets"][0] = torch.nn.functional.one_hot(labels[0], classes)
        inputs["targets"][1] *= 0.5
    tensors.update({f"{name}.{key}": value for key, value in inputs.items()})
    for variant, (smoothing, weighted, soft) in VARIANTS.items():
        if soft and name == "ignored":
            continue
        z = inputs["logits"].double().requires_grad_()
        target = inputs["targets"].double() if soft else labels
        weights = inputs["weights"].double() if weighted else None
        value = torch.nn.functional.cross_entropy(z, target, weight=weights, label_smoothing=smoothing)
        value.backward()
        tensors[f"{name}.{variant}.value"] = value.detach().reshape(1)
        tensors[f"{name}.{variant}.gradient"] = z.grad
        settings[f"{name}.{variant}"] = {
            "batch": name, "smoothing": smoothing, "isWeighted": weighted, "isSoft": soft
        }


def spread(rows, classes):
    return torch.randn(rows, classes) * 3


skewed = torch.multinomial(torch.tensor([0.39, 0.21, 0.16, 0.11, 0.06, 0.05, 0.02]), 32, replacement=True)
batch("skewed", spread(32, 7), skewed)
batch("single", spread(1, 7), torch.tensor([4]))
batch("oneClass", spread(6, 4), torch.full((6,), 2))
batch("duplicates", spread(1, 3).repeat(6, 1), torch.tensor([0, 0, 1, 2, 2, 2]))
batch("odd", spread(13, 5), torch.randint(0, 5, (13,)))
batch("classes1", spread(3, 1), torch.zeros(3, dtype=torch.int64))
batch("classes2", spread(5, 2), torch.tensor([0, 1, 1, 0, 1]))
batch("smallest", spread(1, 1), torch.tensor([0]))
batch("ignored", spread(7, 4), torch.tensor([2, -100, 0, -100, 1, 3, -100]))
large = torch.randn(9, 7) * torch.logspace(-2, 4, 9)[:, None]
large[0], large[1], large[2] = 1e4, -1e4, torch.linspace(-1e4, 1e4, 7)  # equal logits, and the widest
batch("large", large, torch.tensor([0, 6, 0, 3, 1, 2, 5, 4, 2]))

assert all(t.isfinite().all() for t in tensors.values())
path = pathlib.Path(__file__).with_name("crossEntropy.safetensors")
save_file({k: v.contiguous() for k, v in tensors.items()}, path, {"settings": json.dumps(settings)})
