"""Writes imbalance.safetensors: focal losses by PyTorch's autograd in double precision, and class weights.

Run with any recent PyTorch, scikit-learn and safetensors: python3 make.py
Inputs are representable in single precision, so that both precisions are compared with the same numbers.
"""

import json
import pathlib

import numpy as np
import torch
from safetensors.torch import save_file
from sklearn.utils.class_weight import compute_class_weight

torch.manual_seed(0)
torch.set_num_threads(1)
tensors, settings = {}, {}


def single(t):
    return t.float().double()


def focal(name, logits, target, gamma, weights=None, smoothing=0.0, samples=False):
    """The formula over all classes, and its autograd gradient."""
    z = logits.clone().requires_grad_()
    classes = z.shape[1]
    soft = target.is_floating_point()
    one_hot = target if soft else torch.nn.functional.one_hot(target, classes).double()
    smoothed = (1 - smoothing) * one_hot + smoothing / classes
    w = torch.ones(classes, dtype=torch.float64) if weights is None else weights
    logp = z.log_softmax(1)
    # 1 - p as the sum of the others, in logarithms: p itself may round to 1.
    others = torch.where(torch.eye(classes, dtype=torch.bool), -torch.inf, logp[:, None, :]).logsumexp(2)
    # ln p as ln(1 - (1 - p)) where p is near 1, for the same reason.
    near = logp > -0.5
    logp = torch.where(near, torch.log1p(-torch.where(near, others, -1.0).exp()), logp)
    factor = torch.ones_like(logp) if gamma == 0 else (gamma * others).exp()
    terms = torch.where(smoothed > 0, w * smoothed * factor * logp, torch.zeros_like(logp))
    losses = -terms.sum(1)
    denominator = len(z) if soft or samples else w[target].sum()
    value = losses.sum() / denominator
    value.backward()
    tensors[name + ".logits"] = logits
    tensors[name + (".targets" if soft else ".labels")] = target
    if weights is not None:
        tensors[name + ".weights"] = weights
    tensors[name + ".value"] = value.detach().reshape(1)
    tensors[name + ".gradient"] = z.grad
    settings[name] = {"focus": gamma, "smoothing": smoothing, "samples": samples}


skewed = torch.multinomial(torch.tensor([0.02, 0.05, 0.6, 0.2, 0.05, 0.05, 0.03]), 32, replacement=True)
logits = single(torch.randn(32, 7) * 3)
weights = single(torch.rand(7) + 0.5)
targets = single(torch.rand(32, 7).softmax(1))

for gamma in (0.0, 0.5, 1.0, 2.0, 5.0):
    focal(f"gamma{gamma}", logits, skewed, gamma)
focal("weighted", logits, skewed, 2.0, weights=weights)
focal("weighted.samples", logits, skewed, 2.0, weights=weights, samples=True)
focal("smoothed", logits, skewed, 2.0, smoothing=0.1)
focal("weighted.smoothed", logits, skewed, 1.5, weights=weights, smoothing=0.2)
focal("soft", logits, targets, 2.0)
focal("soft.weighted.smoothed", logits, targets, 0.5, weights=weights, smoothing=0.2)
focal("one", logits[:1], skewed[:1], 2.0)
focal("oneClass", logits[:9], torch.full((9,), 3), 2.0)
focal("duplicates", logits[:1].repeat(6, 1), torch.tensor([0, 0, 1, 2, 2, 2]), 2.0)
focal("odd", single(torch.randn(13, 5)), torch.randint(0, 5, (13,)), 3.0)
focal("twoClasses", single(torch.randn(5, 2)), torch.tensor([0, 1, 1, 0, 1]), 2.0)
focal("large", single(torch.randn(11, 7) * 1e4), torch.randint(0, 7, (11,)), 2.0)
focal("certain", single(torch.eye(7) * 30), torch.arange(7), 2.0)

# RAF-DB's training counts: surprise, fear, disgust, happiness, sadness, anger, neutral.
counts = np.array([1290, 281, 717, 4772, 1982, 705, 2524])
labels = np.repeat(np.arange(7), counts)
tensors["counts"] = torch.tensor(counts)
tensors["classWeights.balanced"] = torch.tensor(compute_class_weight("balanced", classes=np.arange(7), y=labels))
root = counts ** -0.5
tensors["classWeights.root"] = torch.tensor(root * counts.sum() / (counts * root).sum())
for beta in (0.0, 0.9, 0.99, 0.999, 0.9999, 0.999999):
    effective = (1 - beta) / -np.expm1(counts * np.log1p(beta - 1)) if beta > 0 else np.ones(7)
    tensors[f"classWeights.{beta}"] = torch.tensor(effective * 7 / effective.sum())

path = pathlib.Path(__file__).with_name("imbalance.safetensors")
save_file({k: v.clone() for k, v in tensors.items()}, path, {"settings": json.dumps(settings)})
