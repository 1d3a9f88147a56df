"""A peer of CostBenchmark: a time-channel network's analyses in eager PyTorch, with the weights of its analysis-stretch.onnx.

Usage: python3 analyze.py MODEL FOLDER TRAJECTORIES STEPS SITES THREADS; FOLDER holds values, mask and analyses as raw float32.
Both forms, stretches and windows, and several sizes of a batch are tried. Prints the processor's microseconds per analysis of the fastest, what it was, and the greatest difference
from the analyses in the folder.
"""
import sys
import time

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

MODEL, FOLDER = sys.argv[1:3]
TRAJECTORIES, STEPS, SITES, THREADS = map(int, sys.argv[3:7])
ROUNDS = 5
torch.set_num_threads(THREADS)
torch.set_flush_denormal(True)

graph = onnx.load(f"{MODEL}/analysis-stretch.onnx").graph
arrays = {array.name: torch.from_numpy(numpy_helper.to_array(array).copy()) for array in graph.initializer}
convolutions = [(arrays[node.input[1]], arrays[node.input[2]]) for node in graph.node if node.op_type == "Conv"]
mean = arrays[next(node for node in graph.node if node.op_type == "Sub").input[1]]
deviation = arrays[next(node for node in graph.node if node.op_type == "Div").input[1]]
# The states come from a convolution to one channel; what follows it gives the spread, where the network does.
end = next(i for i, (weight, _) in enumerate(convolutions) if weight.shape[0] == 1)
(first, first_bias), blocks, (last, last_bias), head = convolutions[0], convolutions[1:end], convolutions[end], convolutions[end + 1 :]
# A kernel along space has a height of 1 where time is an axis of its own.
blocks = [(weight.reshape(*weight.shape[:2], -1), bias) for weight, bias in blocks]
last = last.reshape(*last.shape[:2], -1)
head = [(weight.reshape(*weight.shape[:2], -1), bias) for weight, bias in head]
half = first.shape[2] // 2
if head:
    by_output = {name: node for node in graph.node for name in node.output}
    total = by_output[next(node for node in graph.node if node.op_type == "Pow").input[0]]
    floor, scale = arrays[total.input[1]], arrays[by_output[total.input[0]].input[1]]


def around(h, reach):
    """Half the time of padding with mode "circular"."""
    return torch.cat([h[..., -reach:], h, h[..., :reach]], -1) if reach else h


def trunk(h):
    for i in range(0, len(blocks), 2):
        inner = F.conv1d(around(F.gelu(h), blocks[i][0].shape[-1] // 2), *blocks[i])
        h = h + F.conv1d(around(F.gelu(inner), blocks[i + 1][0].shape[-1] // 2), *blocks[i + 1])
    if head:
        spread(h)
    return F.conv1d(h, last, last_bias)[:, 0] * deviation + mean


def spread(h):
    u = F.conv1d(F.gelu(F.conv1d(F.gelu(h), *head[0])), *head[1])[:, 0]
    return torch.sqrt(torch.exp(14 * torch.tanh(u / 7)) * scale + floor) * deviation


def of_stretch(values, mask):
    """[time, site] to [time - 2 half, site]"""
    features = torch.stack([(values - mean) / deviation * mask, mask])
    return trunk(F.conv2d(features[None], first, first_bias)[0].transpose(0, 1))


def of_windows(values, mask):
    """[batch, time, site] to [batch, site]"""
    features = torch.cat([(values - mean) / deviation * mask, mask], 1)
    return trunk(F.conv1d(features, first.reshape(first.shape[0], -1, 1), first_bias))


def read(name):
    return torch.from_numpy(np.fromfile(f"{FOLDER}/{name}", dtype=np.float32).reshape(TRAJECTORIES, STEPS, SITES))


def padded(array):
    return F.pad(array, (0, 0, half, half))


values, mask, expected = read("values"), read("mask"), read("analyses")
wide_values, wide_mask = padded(values), padded(mask)


def stretches(size, trajectories):
    out = []
    for t in range(trajectories):
        for start in range(0, STEPS, size):
            end = min(start + size, STEPS) + 2 * half
            out.append(of_stretch(wide_values[t, start:end], wide_mask[t, start:end]))
    return torch.cat(out).reshape(trajectories, STEPS, SITES)


def windows(size, trajectories):
    out = []
    for t in range(trajectories):
        all_values, all_mask = (a[t].unfold(0, 2 * half + 1, 1).transpose(1, 2) for a in (wide_values, wide_mask))
        for start in range(0, STEPS, size):
            out.append(of_windows(all_values[start : start + size], all_mask[start : start + size]))
    return torch.cat(out).reshape(trajectories, STEPS, SITES)


def microseconds(form, size, trajectories, rounds):
    best = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        form(size, trajectories)
        best = min(best, time.process_time() - began)
    return 1e6 * best / (trajectories * STEPS)


with torch.inference_mode():
    difference = max((form(64, TRAJECTORIES) - expected).abs().max().item() for form in (stretches, windows))
    trials = [(microseconds(form, size, 1, 2), form, size) for form in (stretches, windows) for size in (1, 8, 16, 32, 64, 128, 256)]
    _, form, size = min(trials, key=lambda trial: trial[0])
    print(f"{microseconds(form, size, TRAJECTORIES, ROUNDS):.2f} {difference:.2e} {form.__name__} of {size}")
