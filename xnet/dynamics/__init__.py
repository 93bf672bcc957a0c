"""Laws of motion: trajectories in, a system of differential equations out."""

from xnet.dynamics.checkpoint import Checkpoint
from xnet.dynamics.discovery import Progress
from xnet.dynamics.estimator import XNetDynamics
from xnet.dynamics.trajectories import Trajectories, Trajectory, from_arrays, from_columns

__all__ = ["Checkpoint", "Progress", "Trajectories", "Trajectory", "XNetDynamics", "from_arrays", "from_columns"]
