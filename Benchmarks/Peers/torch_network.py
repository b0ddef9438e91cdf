"""A ResNet with the classifier head in PyTorch, channels last: one training step, or one inference, per repetition.

The folder holds what compare_network.py wrote: `weights.safetensors` and `pictures`. With --write the program writes
the losses of two training steps, or the logits, and measures nothing.
"""

import argparse
import pathlib

import numpy
import safetensors.torch
import torch

from expression_network import BLOCKS, ExpressionNetwork
from torch_probe import serve

parser = argparse.ArgumentParser()
parser.add_argument("--mode", choices=["training", "inference"], required=True)
parser.add_argument("--data", type=pathlib.Path, required=True)
parser.add_argument("--depth", type=int, choices=BLOCKS, required=True)
parser.add_argument("--threads", type=int, required=True)
parser.add_argument("--batch-size", type=int, required=True)
parser.add_argument("--size", type=int, required=True)
parser.add_argument("--write", type=pathlib.Path)
arguments = parser.parse_args()

torch.set_num_threads(arguments.threads)
model = ExpressionNetwork(arguments.depth)
model.load_state_dict(safetensors.torch.load_file(arguments.data / "weights.safetensors"))
model = model.to(memory_format=torch.channels_last)
shape = (arguments.batch_size, arguments.size, arguments.size, 3)
pictures = numpy.fromfile(arguments.data / "pictures", dtype="<f4", count=numpy.prod(shape)).reshape(shape)
images = torch.from_numpy(pictures).permute(0, 3, 1, 2)  # channels last in memory
labels = torch.arange(arguments.batch_size) % 7

if arguments.mode == "training":
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-5, momentum=0.9, weight_decay=5e-4)

    def work():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

else:
    model.eval()

    def work():
        with torch.inference_mode():
            return model(images).numpy()


results = [work() for _ in range(2)]
if arguments.write:
    (results[0] if arguments.mode == "inference" else numpy.array(results)).astype("<f4").tofile(arguments.write)
else:
    serve(work)
