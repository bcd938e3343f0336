"""What goes wrong between this client and a node."""

from __future__ import annotations

from typing import Any, Mapping, Optional


class TroupeError(Exception):
    """A node refused a request, or an answer broke off.

    `status` is the HTTP status, or None where the answer broke off after it had begun. `param` is
    the place of the request that is at fault. `retry_after` is in seconds, where the node says
    when another try makes sense.
    """

    def __init__(
        self,
        message: str,
        status: Optional[int] = None,
        type: Optional[str] = None,
        code: Optional[str] = None,
        trace_id: Optional[str] = None,
        retry_after: Optional[float] = None,
        param: Optional[str] = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.type = type
        self.code = code
        self.trace_id = trace_id
        self.retry_after = retry_after
        self.param = param

    @property
    def is_transient(self) -> bool:
        """Whether another try makes sense."""
        return self.status in (429, 500, 502, 503, 504)

    @staticmethod
    def of(
        body: Any, status: Optional[int] = None, retry_after: Optional[str] = None
    ) -> "TroupeError":
        """Reads an error in the shape of the OpenAI API; anything else becomes the message."""
        error = body.get("error") if isinstance(body, Mapping) else None
        if not isinstance(error, Mapping):
            return TroupeError(str(body), status, retry_after=_seconds(retry_after))
        kind = _KINDS.get(str(error.get("code")), TroupeError)
        return kind(
            str(error.get("message")),
            status,
            error.get("type"),
            error.get("code"),
            error.get("trace_id"),
            _seconds(retry_after),
            error.get("param"),
        )


class UnreachableError(TroupeError):
    """No node answered: nothing is known of what became of the request."""

    @property
    def is_transient(self) -> bool:
        return True


class InvalidPlanError(TroupeError):
    """What was sent is no plan: `code` says what is wrong with it, `param` where."""


class NotFoundError(TroupeError):
    """There is no such run, or it has no such step."""


class ConflictError(TroupeError):
    """The run is not in a state for what was asked: over, being ended, or there already."""


class NotServedError(TroupeError):
    """The node understands what was asked and does not do it."""


class RunFailedError(TroupeError):
    """A run has ended without completing. Its results are in `run`."""

    def __init__(self, run: Mapping[str, Any]) -> None:
        error = run.get("error") or {}
        message = error.get("message") or f"it was {run['state']}"
        super().__init__(f"Run `{run['id']}`: {message}", code=error.get("code"))
        self.run = run


_KINDS = {
    "invalid_input": InvalidPlanError,
    "unknown_key": InvalidPlanError,
    "dag_cycle": InvalidPlanError,
    "dag_invalid": InvalidPlanError,
    "dep_not_found": InvalidPlanError,
    "model_unknown": InvalidPlanError,
    "tool_not_found": InvalidPlanError,
    "currency_mismatch": InvalidPlanError,
    "too_large": InvalidPlanError,
    "run_not_found": NotFoundError,
    "task_not_found": NotFoundError,
    "run_exists": ConflictError,
    "run_completed": ConflictError,
    "run_aborted": ConflictError,
    "run_not_ended": ConflictError,
    "run_stopping": ConflictError,
    "task_state": ConflictError,
    "not_implemented": NotServedError,
}


def _seconds(text: Optional[str]) -> Optional[float]:
    try:
        return float(text) if text is not None else None
    except ValueError:
        return None
