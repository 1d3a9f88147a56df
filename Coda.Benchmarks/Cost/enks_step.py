"""A peer of CostBenchmark: the EnKS of a checkout of DAPPER (nansencenter/DAPPER) on a record that the benchmark wrote.

Usage: python3 enks_step.py CHECKOUT FOLDER TRAJECTORIES STEPS SITES MEMBERS LAG INFLATION DT; FOLDER holds values, mask, truth and start as raw float32.
Prints the processor's microseconds per step, and the RMSE without 50 steps at each end. Statistics and progress bars are left out of the time.
"""
import sys
import time
import types
from importlib.machinery import ModuleSpec
from unittest.mock import MagicMock

CHECKOUT, FOLDER = sys.argv[1:3]
TRAJECTORIES, STEPS, SITES, MEMBERS, LAG = map(int, sys.argv[3:8])
INFLATION, DT = map(float, sys.argv[8:10])


class Absent:
    """What DAPPER imports for plots, bars and files, and a smoother does not need."""

    NAMES = {"matplotlib", "mpl_toolkits", "mpl_tools", "tqdm", "colorama", "tabulate", "dill", "pathos", "threadpoolctl", "yaml", "IPython", "ipywidgets", "patlib", "struct_tools"}

    def find_spec(self, name, path=None, target=None):
        return ModuleSpec(name, self, is_package=True) if name.split(".")[0] in self.NAMES else None

    def create_module(self, spec):
        module = types.ModuleType(spec.name)
        module.__getattr__ = lambda name: type(name, (), {}) if name[:1].isupper() else MagicMock()
        module.__path__ = []
        return module

    def exec_module(self, module):
        pass


sys.meta_path.append(Absent())
sys.path.insert(0, CHECKOUT)

import numpy as np  # noqa: E402

import dapper.mods as modelling  # noqa: E402
from dapper.da_methods.ensemble import EnKS  # noqa: E402
from dapper.dpr_config import rc  # noqa: E402
from dapper.mods.Lorenz96 import step  # noqa: E402
from dapper.tools.chronos import Chronology  # noqa: E402

rc.progbar = False


def read(name, *shape):
    return np.fromfile(f"{FOLDER}/{name}", dtype=np.float32).astype(float).reshape(shape)


values, mask, truth = (read(name, TRAJECTORIES, STEPS, SITES) for name in ("values", "mask", "truth"))
start = read("start", MEMBERS, SITES)


class Kept:
    """Keeps what is assessed, computes nothing."""

    def __init__(self):
        self.trHK, self.smoothed = types.SimpleNamespace(a={}, f={}, s={}, i={}), {}

    def assess(self, k, ko=None, which=None, E=None):
        if which == "s":
            self.smoothed[k] = E


noises = {}


class Observing:
    def __init__(self, sites):
        self.sites = sites
        self.noise = noises.setdefault(len(sites), modelling.GaussRV(C=1.0, M=len(sites)))

    def __call__(self, states):
        return states[..., self.sites]


class Start:
    def sample(self, count):
        return start[:count].copy()


best, squares = float("inf"), []
for trajectory in range(TRAJECTORIES):
    # DAPPER's state 0 is observed by nothing, so that its step k is the record's k - 1.
    seen = [np.flatnonzero(row) for row in mask[trajectory]]
    operators = [Observing(sites) for sites in seen]
    observations = [values[trajectory, k, sites] for k, sites in enumerate(seen)]
    model = types.SimpleNamespace(
        tseq=Chronology(DT, dko=1, K=STEPS),
        Dyn=modelling.Operator(M=SITES, model=step, noise=0),
        Obs=lambda ko: operators[ko],
        X0=Start(),
    )
    smoother = EnKS(upd_a="Sqrt", N=MEMBERS, Lag=LAG, infl=INFLATION)
    smoother.stats = Kept()
    began = time.process_time()
    smoother._assimilate(model, None, observations)
    best = min(best, (time.process_time() - began) / STEPS)
    means = np.array([smoother.stats.smoothed[k + 1].mean(0) for k in range(STEPS)])
    squares.append(np.sqrt(((means - truth[trajectory]) ** 2).mean(-1))[50:-50])
print(f"{1e6 * best:.2f} {np.mean(squares):.4f}")
