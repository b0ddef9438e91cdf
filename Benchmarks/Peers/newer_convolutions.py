"""The convolutions of our network alone by the oneDNN that PyTorch contains, version 3, where Debian has 2.6.

Normalizations are folded into the filters, which are packed for the sizes at hand, and bias and ReLU belong to the
convolution: what our compiled plan asks of its oneDNN, too. Each reads a map that lies ready, and those whose inputs
have the same shape read the same one. With --check the program computes the logits with these convolutions in the
network, and prints their largest difference from those of double precision, relative to the largest; else it serves
measurements.
"""

import argparse
import pathlib
import re
import sys

import numpy
import safetensors.torch
import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from expression_network import BLOCKS, ExpressionNetwork
from torch_probe import UNAVAILABLE, serve

OPERATIONS = ["_reorder_convolution_weight", "_convolution_pointwise"]


class PackedConvolution(nn.Module):
    """A convolution with its normalization, packed at its first picture."""

    def __init__(self, convolution, normalization):
        super().__init__()
        self.convolution = fuse_conv_bn_eval(convolution, normalization)
        self.packed = None

    def run(self, x, activation):
        folded = self.convolution
        sizes = (list(folded.padding), list(folded.stride), list(folded.dilation), folded.groups)
        if self.packed is None:
            weight = folded.weight.detach().to(memory_format=torch.channels_last)
            self.packed = torch.ops.mkldnn._reorder_convolution_weight(weight, *sizes, list(x.shape))
        return torch.ops.mkldnn._convolution_pointwise(x, self.packed, folded.bias, *sizes, activation, [], "")

    def forward(self, x):
        self.shape = x.shape
        return self.run(x, "none")


def pack(module):
    """Replaces each convolution and the normalization behind it, in this module and all below."""
    children = list(module.named_children())
    for name, child in children:
        if not isinstance(child, nn.Conv2d):
            pack(child)
            continue
        behind = "1" if name == "0" else name.replace("conv", "bn")
        setattr(module, name, PackedConvolution(child, getattr(module, behind)))
        setattr(module, behind, nn.Identity())


def version():
    """Of the oneDNN that PyTorch contains."""
    return re.search(r"MKL-DNN v([0-9.]+)", torch.__config__.show())[1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--depth", type=int, choices=BLOCKS, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--batch-size", type=int, required=True)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    if not all(hasattr(torch.ops.mkldnn, name) for name in OPERATIONS):
        print("this PyTorch has no packed convolutions of oneDNN", file=sys.stderr)
        sys.exit(UNAVAILABLE)
    torch.set_num_threads(arguments.threads)
    network = ExpressionNetwork(arguments.depth)
    network.load_state_dict(safetensors.torch.load_file(arguments.data / "weights.safetensors"))
    network.eval().to(memory_format=torch.channels_last)
    pack(network)
    shape = (arguments.batch_size, arguments.size, arguments.size, 3)
    pictures = numpy.fromfile(arguments.data / "pictures", dtype="<f4", count=numpy.prod(shape)).reshape(shape)
    with torch.inference_mode():
        logits = network(torch.from_numpy(pictures).permute(0, 3, 1, 2)).numpy()
    if arguments.check:
        expected = numpy.fromfile(arguments.data / "logits", dtype="<f4", count=logits.size)
        print(float(numpy.abs(logits.ravel() - expected).max() / numpy.abs(expected).max()))
        return
    convolutions = [module for module in network.modules() if isinstance(module, PackedConvolution)]
    shapes = {module.shape for module in convolutions}
    maps = {shape: torch.rand(shape).to(memory_format=torch.channels_last) for shape in shapes}

    @torch.inference_mode()
    def work():
        for convolution in convolutions:
            convolution.run(maps[convolution.shape], "relu")

    for _ in range(2):
        work()
    serve(work)


if __name__ == "__main__":
    main()
