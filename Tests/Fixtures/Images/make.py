#!/usr/bin/env python3
"""Writes the pictures of this folder and what Pillow makes of them.

Needs Pillow and NumPy. Every `X.jpg` or `X.png` in `decode/` has a partner `X.ppm`, Pillow's
`ImageOps.exif_transpose(image).convert("RGB")`; pairs in `resize/` are Pillow's `Image.resize(..., BILINEAR)`;
`foreign/` holds other formats under the name of a JPEG.
One difference is meant: of 16-bit gray we keep the high byte, Pillow cuts off at 255.
Pillow 13.0.0 wrote what is committed.
"""

import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

here = Path(__file__).resolve().parent
decode, resize = here / "decode", here / "resize"


def picture(width, height, seed=0):
    """A smooth picture with edges and some noise: uint8, height x width x 3."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    channels = []
    for c in range(3):
        wave = np.sin((x * (c + 1) + seed) * 6.3 / width) * np.cos((y * (3 - c) + 2 * seed) * 5.1 / height)
        disk = ((x - width * (0.3 + 0.2 * c)) ** 2 + (y - height * 0.5) ** 2) < (min(width, height) * 0.25) ** 2
        channels.append(120 + 80 * wave + 60 * disk)
    noise = np.random.RandomState(1000 + seed).randint(-15, 16, (height, width, 3))
    return np.clip(np.stack(channels, 2) + noise, 0, 255).astype(np.uint8)


def write_ppm(path, pixels):
    height, width, _ = pixels.shape
    path.write_bytes(b"P6\n%d %d\n255\n" % (width, height) + np.ascontiguousarray(pixels).tobytes())


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def packed_rows(samples, depth):
    """PNG scan lines without filter: samples is height x width x channels."""
    rows = b""
    for row in samples.reshape(samples.shape[0], -1):
        if depth == 16:
            body = row.astype(">u2").tobytes()
        elif depth == 8:
            body = row.astype(np.uint8).tobytes()
        else:
            bits = "".join(format(int(v), f"0{depth}b") for v in row)
            bits += "0" * (-len(bits) % 8)
            body = bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))
        rows += b"\0" + body
    return rows


def write_png(path, samples, depth, color, extra=(), interlaced=False):
    samples = np.asarray(samples)
    if samples.ndim == 2:
        samples = samples[:, :, None]
    height, width, _ = samples.shape
    if interlaced:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
        parts = [samples[y::dy, x::dx] for x, y, dx, dy in passes]
        rows = b"".join(packed_rows(part, depth) for part in parts if part.size)
    else:
        rows = packed_rows(samples, depth)
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced))
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunk(k, b) for k, b in extra)
        + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def exif(orientation, big_endian=False):
    order = ">" if big_endian else "<"
    head = (b"MM" if big_endian else b"II") + struct.pack(order + "HI", 42, 8)
    # A description before the orientation, so that the tag is not the first one.
    return head + struct.pack(order + "H", 2) + struct.pack(order + "HHI4s", 0x010E, 2, 4, b"abc\0") + struct.pack(
        order + "HHIHH", 0x0112, 3, 1, orientation, 0) + struct.pack(order + "I", 0)


def make_pictures():
    color = picture(37, 29)
    image = Image.fromarray(color)
    image.save(decode / "color-420.jpg", quality=85, subsampling=2)
    image.save(decode / "color-422.jpg", quality=85, subsampling=1)
    image.save(decode / "color-444.jpg", quality=92, subsampling=0)
    image.save(decode / "progressive.jpg", quality=85, progressive=True)
    image.save(decode / "restarts.jpg", quality=85, restart_marker_rows=1)
    image.save(decode / "rgb.jpg", quality=90, keep_rgb=True)
    image.convert("L").save(decode / "gray.jpg", quality=85)
    cmyk = Image.fromarray(np.dstack([255 - color, (picture(37, 29, 5)[:, :, 0] // 3)[:, :, None]]), "CMYK")
    cmyk.save(decode / "cmyk.jpg", quality=90)
    # The same file, announced as YCCK: other colors, and what a printer's JPEG usually is.
    data = bytearray((decode / "cmyk.jpg").read_bytes())
    adobe = data.index(b"Adobe")
    data[adobe + 11] = 2
    (decode / "ycck.jpg").write_bytes(data)

    for orientation in range(1, 9):
        block = b"Exif\0\0" + exif(orientation, big_endian=orientation % 2 == 0)
        Image.fromarray(picture(21, 13)).save(decode / f"orientation-{orientation}.jpg", quality=90, exif=block)
    small = picture(21, 13)
    write_png(decode / "orientation-6.png", small, 8, 2, [(b"eXIf", exif(6))])

    gray = small[:, :, 1].astype(int)
    alpha = picture(21, 13, 9)[:, :, 2].astype(int)
    for depth in (1, 2, 4, 8):
        write_png(decode / f"gray-{depth}.png", gray >> (8 - depth), depth, 0)
    write_png(decode / "gray-transparent.png", gray, 8, 0, [(b"tRNS", struct.pack(">H", int(gray[0, 0])))])
    write_png(decode / "gray-alpha.png", np.dstack([gray, alpha]), 8, 4)
    write_png(decode / "rgb.png", small, 8, 2)
    write_png(decode / "rgb-alpha.png", np.dstack([small, alpha]), 8, 6)
    write_png(decode / "rgb-gamma.png", small, 8, 2, [(b"gAMA", struct.pack(">I", 100000))])
    write_png(decode / "rgb-interlaced.png", small, 8, 2, interlaced=True)

    deep = small.astype(int) * 256 + picture(21, 13, 3)
    deep_alpha = alpha * 256 + 77
    write_png(decode / "rgb-16.png", deep, 16, 2)
    write_png(decode / "rgb-alpha-16.png", np.dstack([deep, deep_alpha]), 16, 6)
    write_png(decode / "gray-alpha-16.png", np.dstack([deep[:, :, 1], deep_alpha]), 16, 4)
    write_png(decode / "gray-16.png", deep[:, :, 1], 16, 0)

    generator = np.random.RandomState(7)
    for depth in (1, 2, 4, 8):
        count = 2**depth
        palette = generator.randint(0, 256, (count, 3)).astype(np.uint8).tobytes()
        extra = [(b"PLTE", palette)]
        if depth == 4:
            extra.append((b"tRNS", bytes(range(0, 160, 10))))
        write_png(decode / f"palette-{depth}.png", gray >> (8 - depth), depth, 3, extra, interlaced=depth == 2)

    for path in sorted(list(decode.glob("*.jpg")) + list(decode.glob("*.png"))):
        with Image.open(path) as image:
            expected = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
        if path.name == "gray-16.png":
            expected = np.repeat((deep[:, :, 1] >> 8).astype(np.uint8)[:, :, None], 3, 2)
        write_ppm(decode / (path.name + ".ppm"), expected)


def make_other_formats():
    image = Image.fromarray(picture(21, 13))
    for kind in ("WEBP", "GIF", "BMP", "TIFF"):
        image.save(here / "foreign" / f"{kind.lower()}.jpg", format=kind)
    try:
        image.save(here / "foreign" / "avif.jpg", format="AVIF")
    except (KeyError, OSError):
        pass
    # The first boxes of a HEIC file are enough to know it by.
    (here / "foreign" / "heic.jpg").write_bytes(
        struct.pack(">I", 24) + b"ftypheic" + struct.pack(">I", 0) + b"mif1heic" + struct.pack(">I", 8) + b"mdat")
    (here / "foreign" / "html.jpg").write_bytes(b"\n<!DOCTYPE html>\n<html><body>404 Not Found</body></html>\n")
    (here / "foreign" / "lfs.jpg").write_bytes(
        b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345\n")


def make_pairs():
    """(name, input size, output size, box)."""
    cases = [
        ("up-48-224", (48, 48), (224, 224), None),
        ("up-100-224", (100, 40), (224, 90), None),
        ("down-300-224", (300, 60), (224, 45), None),
        ("down-much", (301, 97), (13, 9), None),
        ("odd-up", (37, 53), (71, 129), None),
        ("odd-down", (83, 59), (47, 33), None),
        ("wider-and-lower", (37, 53), (71, 29), None),
        ("one-pixel", (1, 1), (5, 3), None),
        ("to-one-pixel", (31, 17), (1, 1), None),
        ("one-axis", (40, 30), (40, 61), None),
        ("box", (60, 50), (33, 77), (7, 3, 49, 44)),
        ("box-fraction", (60, 50), (45, 31), (7.25, 3.5, 49.75, 44.125)),
    ]
    for seed, (name, source, target, box) in enumerate(cases):
        pixels = picture(*source, seed=seed)
        if name == "up-48-224":
            pixels = np.repeat(pixels[:, :, :1], 3, 2)
        write_ppm(resize / f"{name}.in.ppm", pixels)
        result = Image.fromarray(pixels).resize(target, Image.Resampling.BILINEAR, box=box)
        write_ppm(resize / f"{name}.out.ppm", np.asarray(result))
        if name == "wider-and-lower":
            # Recent versions take the columns first here; two calls fix the order.
            result = Image.fromarray(pixels).resize((target[0], source[1]), Image.Resampling.BILINEAR)
            result = result.resize(target, Image.Resampling.BILINEAR)
            write_ppm(resize / f"{name}-in-two-passes.in.ppm", pixels)
            write_ppm(resize / f"{name}-in-two-passes.out.ppm", np.asarray(result))

    # Extremes: saturated stripes must neither overflow nor wrap around.
    stripes = np.zeros((24, 24, 3), np.uint8)
    stripes[:, ::2] = 255
    stripes[::3] = 255
    write_ppm(resize / "stripes.in.ppm", stripes)
    write_ppm(resize / "stripes.out.ppm", np.asarray(Image.fromarray(stripes).resize((55, 50), Image.Resampling.BILINEAR)))

    # Evaluation: short side to 64, middle square of 56, from a picture that is wider than high, and the reverse.
    for name, size in (("evaluation-wide", (61, 43)), ("evaluation-high", (43, 62))):
        pixels = picture(*size, seed=40)
        short = min(size)
        scaled = tuple(64 if side == short else int(64 * side / short) for side in size)
        left, top = (round((side - 56) / 2) for side in scaled)
        result = Image.fromarray(pixels).resize(scaled, Image.Resampling.BILINEAR).crop((left, top, left + 56, top + 56))
        write_ppm(resize / f"{name}.in.ppm", pixels)
        write_ppm(resize / f"{name}.out.ppm", np.asarray(result))


if __name__ == "__main__":
    for folder in (decode, resize, here / "foreign"):
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
    make_pictures()
    make_other_formats()
    make_pairs()
