"""A ResNet-50 in PyTorch, channels last: one training step, or one inference, per repetition."""

import argparse

import torch
import torchvision

from torch_probe import serve

parser = argparse.ArgumentParser()
parser.add_argument("--mode", choices=["training", "inference"], required=True)
parser.add_argument("--threads", type=int, required=True)
parser.add_argument("--batch-size", type=int, default=16)
parser.add_argument("--size", type=int, default=224)
arguments = parser.parse_args()

torch.set_num_threads(arguments.threads)
torch.manual_seed(0)
model = torchvision.models.resnet50(num_classes=7).to(memory_format=torch.channels_last)
images = torch.randn(arguments.batch_size, 3, arguments.size, arguments.size).to(memory_format=torch.channels_last)
labels = torch.arange(arguments.batch_size) % 7

if arguments.mode == "training":
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)

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
            return model(images)[0, 0].item()


for _ in range(2):
    work()
serve(work)
