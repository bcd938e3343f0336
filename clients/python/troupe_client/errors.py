"""What goes wrong between this client and a node."""

from __future__ import annotations

from typing import Any, Mapping, Optional


class TroupeError(Exception):
    """A node refused a request, or an answer broke off.

    `status` is the HTTP status, or None where the answer broke off after it had begun.
    `retry_after` is in seconds, where the node says when another try makes sense.
    """

    def __init__(
        self,
        message: str,
        status: Optional[int] = None,
        type: Optional[str] = None,
        code: Optional[str] = None,
        trace_id: Optional[str] = None,
        retry_after: Optional[float] = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.type = type
        self.code = code
        self.trace_id = trace_id
        self.retry_after = retry_after

    @classmethod
    def of(
        cls, body: Any, status: Optional[int] = None, retry_after: Optional[str] = None
    ) -> "TroupeError":
        """Reads an error in the shape of the OpenAI API; anything else becomes the message."""
        error = body.get("error") if isinstance(body, Mapping) else None
        if not isinstance(error, Mapping):
            return cls(str(body), status, retry_after=_seconds(retry_after))
        return cls(
            str(error.get("message")),
            status,
            error.get("type"),
            error.get("code"),
            error.get("trace_id"),
            _seconds(retry_after),
        )


def _seconds(text: Optional[str]) -> Optional[float]:
    try:
        return float(text) if text is not None else None
    except ValueError:
        return None
