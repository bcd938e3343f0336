"""Plans of agent frameworks, with Troupe saying when each step runs.

The steps are done by the framework, in its own process, as before. A node that cannot be reached, or that
refuses, costs a warning and the speed: the steps are then done one after the other.
"""

from .tasks import Task, run_tasks

__all__ = ["Task", "run_tasks"]
