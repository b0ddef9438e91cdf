"""Writes tripletCenter.safetensors: TC3L and AMTC3L with the paper's three samplers by PyTorch's autograd in double
precision.

Run with any recent PyTorch and safetensors: python3 make.py

Negatives are chosen here by the rules of Docs/NegativeSampling.md, number by number. The script stops where rounding
could choose another class or open another hinge. Inputs are numbers of single precision, so that both scalar types
start from the same ones.
"""

import pathlib

import torch
from safetensors.torch import save_file

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

SHAPES = {  # samples, dimension, classes
    "skewed": (32, 16, 7),
    "single": (1, 5, 4),
    "oneClass": (6, 3, 4),
    "duplicates": (8, 4, 8),
    "empty": (4, 3, 1),  # no other class
    "partly": (7, 3, 5),  # one class is eligible, and its own samples have no negative
    "odd": (9, 5, 17),  # more classes than the fused pass chooses from
    "line": (9, 1, 3),
    "large": (10, 6, 5),
}


def numbers(name, rows, columns):
    values = torch.randn(rows, columns)
    if name == "large":  # each coordinate of a magnitude of its own
        values *= torch.logspace(-2, 4, columns)
    return values.float().double()


def batch(name):
    samples, dimension, classes = SHAPES[name]
    x, c = numbers(name, samples, dimension), numbers(name, classes, dimension)
    y = torch.randint(0, classes, (samples,))
    if name == "skewed":  # the last class is absent
        y = torch.multinomial(torch.tensor([16.0, 6, 4, 3, 2, 1, 0]), samples, replacement=True)
    if name == "oneClass":
        y = torch.full((samples,), 2)
    if name == "duplicates":  # equal embeddings, equal centers, an embedding on its center
        x[1] = x[2] = x[0]
        x[5] = x[4]
        c[6] = c[3]
        c[7] = c[0]
        x[7] = c[3]
        y = torch.tensor([0, 0, 1, 3, 6, 6, 7, 3])
    a = torch.rand(samples, dimension).float().double()
    a[0, 0], a[-1, -1] = 0, 1
    guesses = torch.where(torch.rand(samples) < 0.5, y, torch.randint(0, classes, (samples,)))
    if name == "oneClass":
        guesses = torch.tensor([2, 0, 3, 2, 3, 2])
    if name in ("empty", "odd"):  # what is no class is no mistake
        guesses[0], guesses[1] = -1, classes
    b = {"x": x, "y": y, "c": c, "a": a, "predictions": guesses}
    if name in ("skewed", "large"):  # mistakes of batches before
        b["record"] = (torch.randint(0, 4, (classes, classes)) * (1 - torch.eye(classes, dtype=torch.int64))).double()
    if name == "partly":
        b["y"] = torch.tensor([1, 0, 2, 1, 4, 2, 3])
        b["predictions"] = torch.tensor([0, 1, 2, 1, 3, 1, 3])
        b["eligible"] = torch.tensor([0, 1, 0, 0, 0])
    return b


# The choice of negatives


def is_mistake(b, i):
    return b["predictions"][i] != b["y"][i] and 0 <= b["predictions"][i] < len(b["c"])


def candidates(b, i):
    """The other classes that may be chosen, in order."""
    return [k for k in range(len(b["c"])) if k != b["y"][i] and ("eligible" not in b or b["eligible"][k])]


def smallest(costs):
    """The class of the smallest cost, the lowest of them. Costs come with what is compared: only equals may tie."""
    best = min(costs, key=lambda k: (costs[k][0], k))
    for cost, compared in costs.values():
        is_clear = cost - costs[best][0] > 1e-5 * cost
        assert is_clear or torch.equal(compared, costs[best][1]), "rounding may choose another class"
    return best


def synthesised(b, i):
    x, c = b["x"][i], b["c"]
    return [
        smallest({k: (abs(x[j] - c[k, j]).item(), c[k, j]) for k in candidates(b, i)}) for j in range(len(x))
    ]


def nearest(b, i):
    return smallest({k: (((b["x"][i] - b["c"][k]) ** 2).sum().item(), b["c"][k]) for k in candidates(b, i)})


def mistakes(b):
    counts = torch.zeros(len(b["c"]), len(b["c"]))
    for i in range(len(b["y"])):
        if is_mistake(b, i):
            counts[b["y"][i], b["predictions"][i]] += 1
    return counts


def challenger(counts, b, i):
    """The class that most often won against the label of i, or None."""
    row = counts[b["y"][i]]
    found = [k for k in candidates(b, i) if row[k] > 0]
    return max(found, key=lambda k: (row[k].item(), -k)) if found else None


REASONS = {"mistake": 0, "batch": 0, "record": 0, "nearest": 0}


def math_synth(b, i):
    return synthesised(b, i)


def network_semantic(b, i):
    """The class taken for the label's; else the label's challenger in this batch, so far; else the nearest center."""
    own = mistakes(b)
    choices = {
        "mistake": int(b["predictions"][i]) if is_mistake(b, i) and b["predictions"][i] in candidates(b, i) else None,
        "batch": challenger(own, b, i),
        "record": challenger(own + b.get("record", 0), b, i),
        "nearest": nearest(b, i),
    }
    reason = next(reason for reason, choice in choices.items() if choice is not None)
    REASONS[reason] += 1
    return [choices[reason]] * b["x"].shape[1]


def mixed(b, i):
    if is_mistake(b, i) and b["predictions"][i] in candidates(b, i):
        return [int(b["predictions"][i])] * b["x"].shape[1]
    return synthesised(b, i)


# The losses

SAMPLERS = [math_synth, network_semantic, mixed]  # the order of the rows in the file


def run(b, attends, sampler):
    """Value and gradients; the mean is that of the samples that have a negative."""
    leaves = [b[key].clone().requires_grad_() for key in ("x", "c", "a")]
    x, c, a = leaves
    losses = []
    for i in range(len(x)):
        if not candidates(b, i):
            continue
        other = c[torch.tensor(sampler(b, i)), torch.arange(x.shape[1])]
        w = a[i] if attends else torch.ones_like(a[i])
        s, u, v = x[i].sigmoid(), c[b["y"][i]].sigmoid(), other.sigmoid()
        near, far = (w * (s - u) ** 2).sum(), (w * (s - v) ** 2).sum()
        bracket = near - far + w.sum().detach()
        assert abs(bracket) > 1e-4 or not w.any(), "rounding may open or close a hinge"
        losses.append(bracket.relu())
    value = torch.stack(losses).mean() if losses else 0 * (x.sum() + c.sum() + a.sum())
    value.backward()
    slopes = [torch.zeros_like(leaf) if leaf.grad is None else leaf.grad for leaf in leaves]
    return len(losses), value.detach(), *slopes


if __name__ == "__main__":
    tensors = {}
    for case in SHAPES:
        b = batch(case)
        for key, value in b.items():
            tensors[f"{case}.{key}"] = value.float() if value.is_floating_point() else value
        tensors[f"{case}.recordAfter"] = (b.get("record", 0) + mistakes(b)).float()
        for name, attends in (("tc3l", False), ("amtc3l", True)):
            runs = [run(b, attends, sampler) for sampler in SAMPLERS]
            valid, values, dx, dc, da = zip(*runs)
            tensors[f"{case}.valid"] = torch.tensor(valid[:1])
            tensors[f"{case}.{name}"] = torch.stack(values)
            tensors |= {f"{case}.{name}.dx": torch.cat(dx), f"{case}.{name}.dc": torch.cat(dc)}
            if attends:
                tensors[f"{case}.{name}.da"] = torch.cat(da)
    assert all(REASONS.values()), f"the network's mistakes do not cover all rules: {REASONS}"
    assert all(t.isfinite().all() for t in tensors.values())
    path = pathlib.Path(__file__).with_name("tripletCenter.safetensors")
    save_file({key: value.contiguous() for key, value in tensors.items()}, path)
