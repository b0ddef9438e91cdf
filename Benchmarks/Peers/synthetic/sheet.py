"""Reduces the exported contact sheet to 256 colors, for Docs/images/synthetic-faces.png.

    python sheet.py FOLDER/sheet.png Docs/images/synthetic-faces.png
"""

import sys

from PIL import Image

Image.open(sys.argv[1]).quantize(256, dither=Image.Dither.NONE).save(sys.argv[2], optimize=True)
