"""The three verbs of the runtime whose clients Troupe serves too."""

from __future__ import annotations

from typing import Any, Dict, Mapping
from urllib.parse import quote

from .transport import Transport

_VERSION = {"X-Runtime-Version": "v1"}


class RuntimeClient:
    """Begins, describes and aborts runs at `/api/v1/runs`, with the fields of that runtime.

    For what was written for its client. Whatever is new is in `Runs`. Errors are TroupeErrors,
    whose `code` is that of the runtime.
    """

    def __init__(self, base_url: str, timeout_seconds: float = 60.0) -> None:
        self._transport = Transport(base_url, None, timeout_seconds)

    def start_run(self, request: Mapping[str, Any]) -> Dict[str, Any]:
        """Begins a run. The request is sent as it is: `policy`, `tasks`, an `id` if wanted."""
        return self._transport.call("POST", "/api/v1/runs", request, _VERSION)

    def get_status(self, run_id: str) -> Dict[str, Any]:
        return self._transport.call("GET", _path(run_id), headers=_VERSION)

    def abort_run(self, run_id: str) -> None:
        """Ends a run. Harmless while it is being ended; `run_completed` once it is over."""
        self._transport.call("POST", f"{_path(run_id)}/abort", headers=_VERSION)


def _path(run_id: str) -> str:
    return f"/api/v1/runs/{quote(run_id, safe='')}"
