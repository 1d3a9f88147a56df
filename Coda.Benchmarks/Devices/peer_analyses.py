"""The peer of Coda's GPU benchmark: a time-channel network's analyses of windows in PyTorch, eager or compiled, on the same device with the same weights.

Usage: python3 peer_analyses.py FOLDER DEVICE eager|compiled SECONDS LENGTH SITES BATCH,BATCH...; FOLDER holds weights, windows and states as raw float32 and the weights' shapes
as text. Prints a line for each precision and batch: analyses a second, windows and states on the host at both ends, and the largest difference from the states.
"""
import contextlib
import sys
import time

import torch
import torch.nn.functional as F

FOLDER, DEVICE, WAY = sys.argv[1:4]
SECONDS, LENGTH, SITES = float(sys.argv[4]), int(sys.argv[5]), int(sys.argv[6])
BATCHES = [int(batch) for batch in sys.argv[7].split(",")]
IS_CUDA = DEVICE.startswith("cuda")


def read(name):
    with open(f"{FOLDER}/{name}", "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=torch.float32)


shapes = [[int(n) for n in line.split()] for line in open(f"{FOLDER}/shapes")]
values, weights, at = read("weights"), [], 0
for shape in shapes:
    size = 1
    for n in shape:
        size *= n
    weights.append(values[at : at + size].reshape(shape).to(DEVICE))
    at += size
(*kernels, mean, deviation) = weights
convolutions = list(zip(kernels[::2], kernels[1::2]))
# The states come from a convolution to one channel; what follows it gives the spread, which the state does not need.
end = next(i for i, (weight, _) in enumerate(convolutions) if weight.shape[0] == 1)
first, first_bias = convolutions[0]
first = first.reshape(first.shape[0], -1, 1)
blocks = [(weight.reshape(*weight.shape[:2], -1), bias) for weight, bias in convolutions[1:end]]
last, last_bias = convolutions[end]
last = last.reshape(*last.shape[:2], -1)


def around(h, reach):
    return torch.cat([h[..., -reach:], h, h[..., :reach]], -1) if reach else h


def analyze(windows):
    """[batch, 2, time, site] to [batch, site]"""
    x, mask = windows[:, 0], windows[:, 1]
    h = F.conv1d(torch.cat([(x - mean) / deviation * mask, mask], 1), first, first_bias)
    for i in range(0, len(blocks), 2):
        inner = F.conv1d(around(F.gelu(h), blocks[i][0].shape[-1] // 2), *blocks[i])
        h = h + F.conv1d(around(F.gelu(inner), blocks[i + 1][0].shape[-1] // 2), *blocks[i + 1])
    return F.conv1d(h, last, last_bias)[:, 0] * deviation + mean


def wait():
    if IS_CUDA:
        torch.cuda.synchronize()


def rate(run, rows):
    for _ in range(3):
        run()
    wait()
    began, runs = time.perf_counter(), 0
    while True:
        run()
        wait()
        runs += 1
        took = time.perf_counter() - began
        if took >= SECONDS:
            return rows * runs / took


if not IS_CUDA:
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
all_windows = read("windows").reshape(-1, 2, LENGTH, SITES)
expected = read("states").reshape(-1, SITES)
for precision in ("float32", "TF32", "float16") if IS_CUDA else ("float32",):
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == "TF32"
    reduced = torch.autocast("cuda", dtype=torch.float16) if precision == "float16" else contextlib.nullcontext()
    form = torch.compile(analyze, mode="max-autotune") if WAY == "compiled" else analyze
    for rows in BATCHES:
        host = all_windows[:rows].pin_memory() if IS_CUDA else all_windows[:rows]
        with torch.inference_mode(), reduced:
            states = form(host.to(DEVICE)).float().cpu()
            speed = rate(lambda: form(host.to(DEVICE, non_blocking=True)).cpu(), rows)
        difference = (states - expected[:rows]).abs().max().item()
        print(f"PyTorch {torch.__version__}, {WAY}, {precision}, {rows} windows: {speed:,.0f} a second on {DEVICE}; differ by {difference:.1e}")
        if precision == "float32" and difference > 1e-2:
            sys.exit(f"expected the states to 1e-2, got a difference of {difference:.1e}")
