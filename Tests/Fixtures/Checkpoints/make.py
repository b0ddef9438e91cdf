"""Writes types.safetensors with the format's own library, and prints what that library says of damaged headers.

    python make.py          (torch, numpy, safetensors)
"""
import json
import os
import struct

import torch
from safetensors import SafetensorError, deserialize
from safetensors.torch import save_file

here = os.path.dirname(os.path.abspath(__file__))
steps = torch.arange(12, dtype=torch.float64)
values = ((steps - 5) * 0.37 * 2.0 ** (steps - 6)).reshape(3, 4)
path = os.path.join(here, "types.safetensors")
save_file(
    {
        "f64": values,
        "f32": values.float(),
        "bf16": values.bfloat16(),
        "f16": values.half(),
        "i64": torch.tensor([-1, 2**62, 0], dtype=torch.int64),
        "scalar": torch.tensor(0.5),
        "empty": torch.zeros(0, 3),
        "ключ \"quoted\"": torch.tensor([1.0, 2.0]),
    },
    path,
    metadata={"note": "tab\there, \"quotes\", \\ and ñ"},
)

good = {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}
second = {"dtype": "F32", "shape": [1], "data_offsets": [8, 12]}


def file(header, data=8, length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + bytes(data)


cases = {
    "good": file(good),
    "any order": file({"b": second, **good}, 12),
    "short": b"\0\0\0",
    "long header": file(good, length=10**6),
    "huge header": file(good, length=2**63),
    "overlap": file({**good, "b": {**second, "data_offsets": [4, 8]}}),
    "hole": file({**good, "b": {**second, "data_offsets": [12, 16]}}, 16),
    "reversed": file({"a": {"dtype": "F32", "shape": [2], "data_offsets": [8, 0]}}),
    "size": file({"a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}}),
    "type": file({"a": {"dtype": "F33", "shape": [2], "data_offsets": [0, 8]}}),
    "trailing": file(good, 9),
    "cut": file(good, 7),
    "overflow": file({"a": {"dtype": "F32", "shape": [2**62, 2**62], "data_offsets": [0, 8]}}),
    "not json": file(b"{\"a\": nonsense}"),
    "not utf-8": file(b"{\"a\xff\": {}}"),
    "text behind": file(json.dumps(good).encode() + b"x"),
    "array": file(b"[]", 0),
    "empty": file(b"{}", 0),
    "metadata number": file({"__metadata__": {"a": 1}, **good}),
}
for name, content in cases.items():
    try:
        deserialize(content)
        verdict = "accepted"
    except SafetensorError as error:
        verdict = f"refused: {error}"
    print(f"{name:16} {verdict}")
