"""Writes a set in RAF-DB's layout with 15 planted defects, one of each kind, and otherwise sound tiny pictures.

    python3 make.py        (Pillow 10 or later)

The defects, by line of EmoLabel/list_patition_label.txt where they have one:

 1  line 1   a byte-order mark
 2  line 7   a label out of range
 3  line 8   a line without a label
 4  line 9   a picture that is not there
 5  line 10  a picture listed twice
 6  line 17  carriage returns from here on
 7  -        no picture of class 2 (Fear) in the train split
 8  train_00010  no bytes
 9  train_00011  a JPEG cut short
10  train_00012  text in place of a picture
11  train_00013  a WEBP that is called .jpg
12  train_00014  an odd size
13  train_00015  one color everywhere
14  train_00099  a picture that the list does not name
15  test_0008    the picture of train_00003, saved with a comment: other bytes, the same pixels
"""

import io
import pathlib
import random

from PIL import Image

ROOT = pathlib.Path(__file__).parent
PICTURES = ROOT / "Image" / "aligned"
LIST = ROOT / "EmoLabel" / "list_patition_label.txt"


def picture(seed, size=(16, 16)):
    """A smooth pattern of its own for each seed."""
    numbers = random.Random(seed)
    small = Image.new("RGB", (4, 4))
    small.putdata([tuple(numbers.randrange(256) for _ in range(3)) for _ in range(16)])
    return small.resize(size, Image.BILINEAR)


def encoded(image, format="JPEG", **options):
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def with_comment(jpeg, text):
    """The same JPEG with a comment segment behind its first marker."""
    return jpeg[:2] + b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text + jpeg[2:]


train = {number: encoded(picture(number), quality=90) for number in (1, 2, 3, 4, 5, 6, 7, 8, 11, 99)}
train[10] = b""
train[11] = train[11][:-20]  # within the pixels: the header is whole
train[12] = b"this is no picture\n"
train[13] = encoded(picture(13), "WEBP")
train[14] = encoded(picture(14, size=(24, 16)), quality=90)
train[15] = encoded(Image.new("RGB", (16, 16), (90, 120, 150)), quality=90)
test = {number: encoded(picture(1000 + number), quality=90) for number in range(1, 8)}
test[8] = with_comment(train[3], b"saved again")

lines = [f"train_{number:05d}.jpg {label}" for number, label in zip(range(1, 7), (1, 3, 4, 5, 6, 7))]
lines += ["train_00007.jpg 8", "train_00008.jpg", "train_00009.jpg 4", "train_00003.jpg 4"]
lines += [f"train_{number:05d}.jpg {label}" for number, label in zip(range(10, 16), (1, 5, 6, 7, 4, 4))]
text = "".join(f"{line}\n" for line in lines)
lines = [f"test_{number:04d}.jpg {number}" for number in range(1, 8)] + ["test_0008.jpg 4"]
text += "\r\n".join(lines)

PICTURES.mkdir(parents=True, exist_ok=True)
LIST.parent.mkdir(parents=True, exist_ok=True)
LIST.write_bytes(b"\xef\xbb\xbf" + text.encode())
for number, contents in train.items():
    (PICTURES / f"train_{number:05d}_aligned.jpg").write_bytes(contents)
for number, contents in test.items():
    (PICTURES / f"test_{number:04d}_aligned.jpg").write_bytes(contents)
