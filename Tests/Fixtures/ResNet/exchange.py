"""Exchanges full-size weights with torchvision both ways. Run by hand from the package's folder:

    python Tests/Fixtures/ResNet/exchange.py write FOLDER     torchvision saves ResNet-18 and 50, pictures and logits
    FERMETRIC_EXCHANGE=FOLDER swift test -c release -Xswiftc -enable-testing --filter TorchvisionExchangeTests
    python Tests/Fixtures/ResNet/exchange.py read FOLDER      torchvision loads what the library saved, strictly

(torch, torchvision, numpy, safetensors)
"""
import os
import sys

import torch
import torchvision
from safetensors.torch import load_file, save_file

import networks

mode, folder = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
pictures = networks.pictures("pictures", 2, 224).float()

for name in ("resnet18", "resnet50"):
    theirs = os.path.join(folder, f"{name}-torchvision.safetensors")
    ours = os.path.join(folder, f"{name}-fermetric.safetensors")
    logits = os.path.join(folder, f"{name}-logits.safetensors")
    torch.manual_seed(3)
    model = getattr(torchvision.models, name)(weights=None)
    if mode == "write":
        model.train()
        with torch.no_grad():
            model(pictures)
        model.eval()
        save_file(model.state_dict(), theirs, metadata={"format": "pt"})
        with torch.no_grad():
            save_file({"logits": model.double()(pictures.double())}, logits)
    else:
        expected = load_file(logits)["logits"]
        model.load_state_dict(load_file(ours), strict=True)
        model.eval()
        with torch.no_grad():
            error = ((model.double()(pictures.double()) - expected).norm() / expected.norm()).item()
        original, copied = load_file(theirs), load_file(ours)
        same = original.keys() == copied.keys() and all(torch.equal(original[k], copied[k]) for k in original)
        print(f"{name}: loaded with strict=True, logits differ by {error:.1e}, tensors equal: {same}")
        assert error < 1e-6 and same
