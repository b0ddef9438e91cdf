"""Writes sgd.json: the steps of torch.optim.SGD on a small parameter with given gradients, in double precision."""
import json
import pathlib

import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(5)
cases = []
for momentum, decay in [(0.9, 5e-4), (0.0, 5e-4), (0.9, 0.0), (0.5, 0.1)]:
    start = torch.randn(5)
    gradients = torch.randn(12, 5)
    rates = [0.1] * 4 + [0.01] * 4 + [0.001] * 4
    weights = torch.nn.Parameter(start.clone())
    optimizer = torch.optim.SGD([weights], lr=rates[0], momentum=momentum, weight_decay=decay)
    steps = []
    for gradient, rate in zip(gradients, rates):
        optimizer.param_groups[0]["lr"] = rate
        weights.grad = gradient.clone()
        optimizer.step()
        steps.append(weights.detach().tolist())
    cases.append({"momentum": momentum, "weightDecay": decay, "start": start.tolist(),
                  "gradients": gradients.tolist(), "rates": rates, "steps": steps})
pathlib.Path(__file__).with_name("sgd.json").write_text(json.dumps(cases, indent=1) + "\n")
