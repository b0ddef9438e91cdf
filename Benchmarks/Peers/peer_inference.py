"""Inference of our network by another runtime: PyTorch, torch.compile, ONNX Runtime or OpenVINO, single precision.

The folder holds what compare_inference.py wrote: `weights.safetensors`, `network-B.onnx`, `pictures` and `logits`,
those of double precision. With --check the program prints the largest difference from these, relative to the largest
logit; else it serves measurements. It ends with status 69 where this machine lacks what a runtime needs.
"""

import argparse
import pathlib
import sys

import numpy

from torch_probe import UNAVAILABLE, serve


def pytorch(folder, depth, pictures, threads):
    import safetensors.torch
    import torch

    from expression_network import ExpressionNetwork

    torch.set_num_threads(threads)
    network = ExpressionNetwork(depth)
    network.load_state_dict(safetensors.torch.load_file(folder / "weights.safetensors"))
    network = network.eval().to(memory_format=torch.channels_last)
    batch = torch.from_numpy(pictures).permute(0, 3, 1, 2)  # channels last in memory

    def work():
        with torch.inference_mode():
            return network(batch).numpy()

    return work


def torch_compile(folder, depth, pictures, threads):
    """Compiled with frozen weights, so that normalizations are folded and filters packed."""
    import safetensors.torch
    import torch
    import torch._inductor.config

    from expression_network import ExpressionNetwork

    torch.set_num_threads(threads)
    torch._inductor.config.freezing = True
    network = ExpressionNetwork(depth)
    network.load_state_dict(safetensors.torch.load_file(folder / "weights.safetensors"))
    network = torch.compile(network.eval().to(memory_format=torch.channels_last))
    batch = torch.from_numpy(pictures).permute(0, 3, 1, 2)

    def work():
        with torch.no_grad():
            return network(batch).numpy()

    try:
        work()
    except Exception as error:  # whatever the compiler that it calls complains about
        print(str(error).strip().splitlines()[0], file=sys.stderr)
        sys.exit(UNAVAILABLE)
    return work


def onnx_runtime(folder, depth, pictures, threads):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    path = str(folder / f"network-{len(pictures)}.onnx")
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    batch = numpy.ascontiguousarray(pictures.transpose(0, 3, 1, 2))
    return lambda: session.run(["logits"], {"pictures": batch})[0]


def open_vino(folder, depth, pictures, threads):
    import openvino

    options = {
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": 1,
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": "f32",  # else bfloat16 where the processor has it
    }
    path = folder / f"network-{len(pictures)}.onnx"
    request = openvino.Core().compile_model(path, "CPU", options).create_infer_request()
    batch = openvino.Tensor(numpy.ascontiguousarray(pictures.transpose(0, 3, 1, 2)))
    return lambda: request.infer([batch])[0]


RUNTIMES = {
    "PyTorch": pytorch,
    "torch.compile": torch_compile,
    "ONNX Runtime": onnx_runtime,
    "OpenVINO": open_vino,
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runtime", choices=RUNTIMES, required=True)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--depth", type=int, choices=[18, 50], required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--batch-size", type=int, required=True)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    shape = (arguments.batch_size, arguments.size, arguments.size, 3)
    pictures = numpy.fromfile(arguments.data / "pictures", dtype="<f4", count=numpy.prod(shape)).reshape(shape)
    work = RUNTIMES[arguments.runtime](arguments.data, arguments.depth, pictures, arguments.threads)
    logits = work()
    if arguments.check:
        expected = numpy.fromfile(arguments.data / "logits", dtype="<f4", count=logits.size)
        print(float(numpy.abs(logits.ravel() - expected).max() / numpy.abs(expected).max()))
    else:
        work()
        serve(work)


if __name__ == "__main__":
    main()
