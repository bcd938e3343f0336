"""A client of Troupe, which schedules the calls of an agent as one program.

Nothing but the standard library is needed.
"""

from .client import AutellixClient, SessionStats, TroupeClient
from .errors import (
    ConflictError,
    InvalidPlanError,
    NotFoundError,
    NotServedError,
    RunFailedError,
    TroupeError,
    UnreachableError,
)
from .headers import environment, program_headers
from .program import Program
from .runs import Runs
from .runtime import RuntimeClient
from .worker import TransientError, Worker

__all__ = [
    "AutellixClient",
    "ConflictError",
    "InvalidPlanError",
    "NotFoundError",
    "NotServedError",
    "Program",
    "RunFailedError",
    "Runs",
    "RuntimeClient",
    "SessionStats",
    "TransientError",
    "TroupeClient",
    "TroupeError",
    "UnreachableError",
    "Worker",
    "environment",
    "program_headers",
]
