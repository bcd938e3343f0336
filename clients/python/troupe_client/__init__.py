"""A client of Troupe, which schedules the calls of an agent as one program.

Nothing but the standard library is needed.
"""

from .client import AutellixClient, SessionStats, TroupeClient
from .errors import TroupeError
from .headers import environment, program_headers
from .program import Program

__all__ = [
    "AutellixClient",
    "Program",
    "SessionStats",
    "TroupeClient",
    "TroupeError",
    "environment",
    "program_headers",
]
