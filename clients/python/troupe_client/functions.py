"""Work that steps of runs ask for: a process takes calls of a function and says what came of them."""

from __future__ import annotations

from typing import Any, Dict, Optional
from urllib.parse import quote

from .transport import Transport


class Functions:
    """The functions of a node. Safe for use by many threads."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def take(self, name: str, wait_seconds: int = 20) -> Optional[Dict[str, Any]]:
        """The next call of a function: `id`, `arguments`, `lease_ms`. None when there was none in time.

        Whoever takes a call extends it within its lease until it is finished or has failed.
        """
        return self._ask(name, f"take?wait={wait_seconds}s", {})

    def extend(self, name: str, call: str) -> bool:
        """Says that the work goes on. False: somebody else has the call, or nobody needs it."""
        return self._ask(name, "extend", {"id": call})["is_held"]

    def finish(self, name: str, call: str, result: Any) -> None:
        """The result of a call becomes that of its step."""
        self._ask(name, "finish", {"id": call, "result": result})

    def fail(self, name: str, call: str, message: str, is_transient: bool = False) -> None:
        """The call's step fails; where the error may pass, as often as its retries say."""
        self._ask(
            name, "fail", {"id": call, "message": message, "transient": is_transient}
        )

    def _ask(self, name: str, verb: str, body: Dict[str, Any]) -> Any:
        return self._transport.call("POST", f"/v1/functions/{quote(name, safe='')}/{verb}", body)
