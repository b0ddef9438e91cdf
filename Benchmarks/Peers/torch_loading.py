"""Pictures from torchvision's dataset through its transforms and PyTorch's loader with one worker: all, once.

`pillow` decodes and resizes with Pillow, as ImageFolder does unless told otherwise; `tensors` decodes into tensors and
works on these. The transforms are those of `TrainingAugmentation`: the short side becomes one of four sizes, a crop of
224, a flip, normalization, erasing. With --write the first batch is written, resized to 224 and normalized alone.
"""

import argparse

import torch
import torchvision
from torchvision.transforms import v2

from torch_probe import serve

BATCH = 64


def transforms(pipeline, is_random):
    to_numbers = [v2.ToDtype(torch.float32, scale=True)]
    to_numbers += [v2.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))]
    if pipeline == "pillow":
        to_numbers.insert(0, v2.ToImage())
    if not is_random:
        return v2.Compose([v2.Resize((224, 224))] + to_numbers)
    places = [v2.RandomChoice([v2.Resize(side) for side in (224, 240, 256, 288)])]
    places += [v2.RandomCrop(224), v2.RandomHorizontalFlip()]
    return v2.Compose(places + to_numbers + [v2.RandomErasing(p=0.5, scale=(0.02, 0.25), ratio=(0.3, 3.3))])


def dataset(pipeline, folder, is_random):
    options = {"transform": transforms(pipeline, is_random)}
    if pipeline == "tensors":
        options["loader"] = lambda path: torchvision.io.decode_image(path, "RGB")
    return torchvision.datasets.ImageFolder(folder + "/train", **options)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--pipeline", choices=["pillow", "tensors"], required=True)
    parser.add_argument("--write")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.write:
        pictures = dataset(arguments.pipeline, arguments.data, is_random=False)
        batch = torch.stack([pictures[index][0] for index in range(BATCH)])
        batch.permute(0, 2, 3, 1).contiguous().numpy().tofile(arguments.write)
        return
    # The worker stays from epoch to epoch, and begins one when it is asked for its first batch.
    pictures = dataset(arguments.pipeline, arguments.data, is_random=True)
    loader = torch.utils.data.DataLoader(pictures, batch_size=BATCH, num_workers=1, persistent_workers=True)

    def work():
        for batch, labels in loader:
            pass

    work()
    serve(work)


if __name__ == "__main__":
    main()
