"""The peer of TrainingBenchmark: one joint training step of the demo network in eager PyTorch, same shapes, threads and loss.

Usage: python3 train_step.py THREADS STEPS [DEVICE "eager|compiled float32|bfloat16"]; prints milliseconds per step, the best.
"""
import contextlib
import sys
import time

import torch
import torch.nn.functional as F

THREADS, STEPS = int(sys.argv[1]), int(sys.argv[2])
DEVICE, (WAY, PRECISION) = (sys.argv[3], sys.argv[4].split()) if len(sys.argv) > 3 else ("cpu", ("eager", "float32"))
BATCH, HALF, SITES, WIDTH, BLOCKS, KERNEL, ROLLOUT, DT = 64, 50, 40, 96, 4, 5, 25, 0.01
torch.set_num_threads(THREADS)
torch.manual_seed(1)


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        conv = lambda i, o, k: torch.nn.Conv1d(i, o, k, padding=k // 2, padding_mode="circular")
        self.first = conv(2 * (2 * HALF + 1), WIDTH, 1)
        self.blocks = torch.nn.ModuleList(conv(WIDTH, WIDTH, KERNEL) for _ in range(2 * BLOCKS))
        self.last = conv(WIDTH, 1, 1)

    def forward(self, window):
        values, mask = window[:, 0], window[:, 1]
        h = self.first(torch.cat([(values - 2.35) / 3.64 * mask, mask], 1))
        for i in range(BLOCKS):
            h = h + self.blocks[2 * i + 1](F.gelu(self.blocks[2 * i](F.gelu(h))))
        return self.last(h)[:, 0] * 3.64 + 2.35


def tendency(x, forcing):
    return (torch.roll(x, -1, -1) - torch.roll(x, 2, -1)) * torch.roll(x, 1, -1) - x + forcing


def advance(x, forcing):
    k1 = tendency(x, forcing)
    k2 = tendency(x + DT / 2 * k1, forcing)
    k3 = tendency(x + DT / 2 * k2, forcing)
    k4 = tendency(x + DT * k3, forcing)
    return x + DT / 6 * (k1 + 2 * (k2 + k3) + k4)


def wait():
    if DEVICE.startswith("cuda"):
        torch.cuda.synchronize()


network = Network().to(DEVICE)
analyze = torch.compile(network) if WAY == "compiled" else network
forcing = torch.tensor(6.0, requires_grad=True, device=DEVICE)
reduced = torch.autocast(DEVICE.split(":")[0], dtype=torch.bfloat16) if PRECISION == "bfloat16" else contextlib.nullcontext()
optimizer = torch.optim.Adam([{"params": network.parameters(), "lr": 1e-3}, {"params": [forcing], "lr": 1e-2}])
average = [p.detach().clone() for p in network.parameters()]
times = []
for step in range(STEPS):
    mask = (torch.rand(2 * BATCH, 1, 2 * HALF + 1, SITES, device=DEVICE) < 0.25).float()
    windows = torch.cat([torch.randn(2 * BATCH, 1, 2 * HALF + 1, SITES, device=DEVICE) * mask, mask], 1)
    seen = (torch.rand(ROLLOUT + 1, BATCH, SITES, device=DEVICE) < 0.25).float()
    values = torch.randn(ROLLOUT + 1, BATCH, SITES, device=DEVICE) * seen
    wait()
    started = time.perf_counter()
    with reduced:
        states = analyze(windows).float()
    x, later = states[:BATCH], states[BATCH:]
    misfit = (seen[0] * (values[0] - x) ** 2).sum()
    for lead in range(1, ROLLOUT + 1):
        x = advance(x, forcing)
        misfit = misfit + (seen[lead] * (values[lead] - x) ** 2).sum()
    loss = misfit / seen.sum() + ((x - later) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 10)
    optimizer.step()
    with torch.no_grad():
        for a, p in zip(average, network.parameters()):
            a.lerp_(p, 0.001)
    wait()
    times.append(time.perf_counter() - started)
print(f"{1000 * min(times):.2f}")
