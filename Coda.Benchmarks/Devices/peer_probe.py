"""Whether PyTorch computes on a device, its version, and whether it has a compiler. Usage: python3 peer_probe.py DEVICE"""
import sys

import torch

torch.ones(2, device=sys.argv[1]).sum().item()
print(torch.__version__, "compile" if hasattr(torch, "compile") else "")
