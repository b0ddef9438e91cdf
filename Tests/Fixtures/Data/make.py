"""Writes tiny data sets in the three layouts: sound ones, to be read and decoded by the tests.

    python3 make.py        (Pillow 10 or later)

raf-db/    one train and one test picture of each class, aligned, 12 x 12 JPEG
fer-plus/  label.csv files with votes that meet every branch of the labelling rules, 8 x 8 gray PNG; the second test
           picture shows the same pixels as the first train picture in another file, and the third one the same bytes
folder/    two classes in train, val and test; a nested folder, a hidden file, a JPEG that is called .png
"""

import io
import pathlib
import random

from PIL import Image

ROOT = pathlib.Path(__file__).parent


def color(seed, size=12):
    numbers = random.Random(seed)
    small = Image.new("RGB", (3, 3))
    small.putdata([tuple(numbers.randrange(256) for _ in range(3)) for _ in range(9)])
    return small.resize((size, size), Image.BILINEAR)


def gray(seed, size=8):
    return color(seed, size).convert("L")


def write(path, contents):
    path = ROOT / path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(contents)


def encoded(image, format, **options):
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


# RAF-DB: no line end after the last line, as in the published list.
lines = [f"train_{number:05d}.jpg {number}" for number in range(1, 8)]
lines += [f"test_{number:04d}.jpg {8 - number}" for number in range(1, 8)]
write("raf-db/EmoLabel/list_patition_label.txt", "\n".join(lines).encode())
for index, line in enumerate(lines):
    stem = line.split(".")[0]
    write(f"raf-db/Image/aligned/{stem}_aligned.jpg", encoded(color(index), "JPEG", quality=85))

# FER+: neutral, happiness, surprise, sadness, anger, disgust, fear, contempt, unknown, NF.
TRAIN = [
    (10, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    (0, 9, 1, 0, 0, 0, 0, 0, 0, 0),
    (1, 1, 6, 1, 1, 0, 0, 0, 0, 0),
    (0, 0, 0, 10, 0, 0, 0, 0, 0, 0),
    (0, 0, 0, 0, 10, 0, 0, 0, 0, 0),
    (0, 0, 0, 0, 0, 10, 0, 0, 0, 0),
    (0, 0, 0, 0, 0, 0, 10, 0, 0, 0),
    (0, 0, 0, 0, 0, 0, 0, 10, 0, 0),
    (5, 5, 0, 0, 0, 0, 0, 0, 0, 0),  # half is no majority; plurality takes the first
    (4, 1, 1, 1, 1, 1, 1, 0, 0, 0),  # a majority of the votes that count: 4 of 4
    (0, 4, 0, 0, 0, 0, 0, 0, 4, 2),  # a tie with unknown: 4 of 10, and plurality takes the emotion
    (0, 3, 0, 0, 0, 0, 0, 0, 7, 0),  # unknown wins
    (0, 0, 0, 0, 0, 0, 0, 0, 0, 10),  # no face
    (4, 0, 0, 3, 0, 3, 0, 0, 0, 0),  # plurality only
    (1, 1, 1, 1, 1, 1, 1, 1, 1, 1),  # nothing counts for the majority; plurality takes neutral
]
VALID = [(10, 0, 0, 0, 0, 0, 0, 0, 0, 0), (0, 6, 0, 0, 0, 0, 0, 4, 0, 0), (0, 0, 5, 0, 0, 0, 5, 0, 0, 0)]
TEST = [(0, 0, 0, 0, 0, 0, 8, 2, 0, 0), (10, 0, 0, 0, 0, 0, 0, 0, 0, 0), (0, 9, 1, 0, 0, 0, 0, 0, 0, 0)]


def split(folder, first, votes, contents):
    rows = [f'fer{first + i:07d}.png,"(0, 0, 48, 48)",' + ",".join(map(str, row)) for i, row in enumerate(votes)]
    write(f"fer-plus/{folder}/label.csv", "\n".join(rows).encode())
    for index, picture in enumerate(contents):
        write(f"fer-plus/{folder}/fer{first + index:07d}.png", picture)


split("FER2013Train", 0, TRAIN, [encoded(gray(100 + i), "PNG") for i in range(len(TRAIN))])
split("FER2013Valid", 20, VALID, [encoded(gray(200 + i), "PNG") for i in range(len(VALID))])
split(
    "FER2013Test", 30, TEST,
    [
        encoded(gray(300), "PNG"),
        encoded(gray(100), "PNG", compress_level=0),
        encoded(gray(101), "PNG"),
    ],
)

# Folders: listed in the order of the bytes, "a" before "a.x" before "a/b".
for part, files in {
    "train": ["calm/1.jpg", "calm/a/2.jpg", "calm/a/b/9.jpg", "calm/a.x/3.jpg", "calm/B.jpg", "glad/4.png"],
    "val": ["calm/5.jpg", "glad/6.jpg"],
    "test": ["calm/7.jpg", "glad/8.JPEG"],
}.items():
    for file in files:
        write(f"folder/{part}/{file}", encoded(color(f"{part}{file}"), "JPEG", quality=85))
write("folder/train/calm/.hidden.jpg", b"")
