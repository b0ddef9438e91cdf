"""Reduces the exported contact sheet to 256 dithered colors, for Docs/images/synthetic-faces.png.

    python sheet.py FOLDER/sheet.png Docs/images/synthetic-faces.png
"""

import sys

from PIL import Image

sheet = Image.open(sys.argv[1])
palette = sheet.quantize(256, method=Image.Quantize.MEDIANCUT, kmeans=2)
sheet.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(sys.argv[2], optimize=True)
