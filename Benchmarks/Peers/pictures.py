"""Pictures of nothing, to load: smooth colors with a little grain, as large as files as photographs of faces."""

import numpy
from PIL import Image


def smooth_picture(random, side):
    """Colors drawn on a grid of 7 by 7, interpolated between, with grain of two levels."""
    grid = Image.fromarray(random.integers(0, 256, (7, 7, 3), dtype=numpy.uint8))
    smooth = numpy.asarray(grid.resize((side, side), Image.Resampling.BICUBIC), dtype=float)
    levels = smooth + random.normal(0, 2, smooth.shape)
    return Image.fromarray(levels.round().clip(0, 255).astype(numpy.uint8))


def write_folder(folder, count, side):
    """JPEG files in `train` with a folder for each of seven classes, as FolderDataset and ImageFolder read them."""
    random = numpy.random.default_rng(0)
    for number in range(count):
        path = folder / "train" / f"class-{number % 7}" / f"{number:05}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        smooth_picture(random, side).save(path, quality=90)
