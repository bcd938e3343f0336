"""Functions of this process that steps of runs call."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Callable, Dict, List, Mapping, Optional, Type
from urllib.parse import quote

from .errors import TroupeError
from .transport import Transport

_LOG = logging.getLogger(__name__)

_WAIT_SECONDS = 5
"""For a call. A process that dies while it waits may still be given one, which then lapses."""

_PATIENCE_SECONDS = 10
"""With a node that does not answer in time."""

_PAUSE_SECONDS = 0.5
_REST_SECONDS = 0.25


class Worker:
    """Takes the calls of functions while its block lasts, and makes them in threads.

        with client.worker({"search": lambda arguments: look_up(arguments["query"])}):
            client.runs.wait(run_id)

    A function gets the arguments of the step and returns its result, as JSON. What it raises fails
    the step for good; a TransientError lets it be tried again. No calls are taken while all threads
    have one. Leases are extended: what a process that dies had taken is another's after its lease,
    a minute unless the step has an `idle_timeout_ms`. At the end of the block calls that have been
    taken are made to their end.
    """

    def __init__(
        self, transport: Transport, functions: Mapping[str, Callable[[Any], Any]], threads: int = 10
    ) -> None:
        self._transport = transport.within(_WAIT_SECONDS + _PATIENCE_SECONDS)
        self._functions = dict(functions)
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, "troupe-worker")
        self._held: Dict[str, _Held] = {}
        self._changed = threading.Condition()
        self._stopped = threading.Event()

    def __enter__(self) -> "Worker":
        for name in self._functions:
            threading.Thread(target=self._take, args=(name,), daemon=True).start()
        threading.Thread(target=self._stay_alive, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self._stopped.set()
        with self._changed:
            self._changed.notify_all()
        self._pool.shutdown(wait=True)

    def _take(self, name: str) -> None:
        while self._has_room():
            try:
                call = self._post(name, f"take?wait={_WAIT_SECONDS}s")
            except TroupeError as error:
                _LOG.debug("no calls of %s for now: %s", name, error)
                self._stopped.wait(error.retry_after or _PAUSE_SECONDS)
                continue
            if call is not None:
                self._start(name, call)

    def _has_room(self) -> bool:
        """Waits for a thread that has no call; False once the block ends."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._stopped.is_set() or len(self._held) < self._threads
            )
        return not self._stopped.is_set()

    def _start(self, name: str, call: Mapping[str, Any]) -> None:
        with self._changed:
            self._held[call["id"]] = _Held(name, call["id"], call["lease_ms"] / 3000)
        try:
            self._pool.submit(self._make, name, call)
        except RuntimeError:
            # Taken as the block ended: for another worker.
            self._answer(name, call["id"], "fail", message="the worker stopped", transient=True)

    def _make(self, name: str, call: Mapping[str, Any]) -> None:
        try:
            result = self._functions[name](call["arguments"])
        except BaseException as error:
            message = f"{type(error).__name__}: {error}"
            transient = isinstance(error, TransientError)
            self._answer(name, call["id"], "fail", message=message, transient=transient)
        else:
            self._answer(name, call["id"], "finish", result=result)

    def _answer(self, name: str, call: str, verb: str, **answer: Any) -> None:
        """Says how a call ended; a node that is away is tried for as long as the block lasts."""
        try:
            while not self._is_told(name, verb, {"id": call, **answer}):
                self._stopped.wait(_PAUSE_SECONDS)
        except (TroupeError, TypeError, ValueError) as error:
            if verb == "fail":
                _LOG.warning("nobody was told how call %s of %s ended: %s", call, name, error)
            else:
                message = f"the result cannot be sent: {error}"
                self._answer(name, call, "fail", message=message)
        finally:
            with self._changed:
                self._held.pop(call, None)
                self._changed.notify_all()

    def _is_told(self, name: str, verb: str, answer: Mapping[str, Any]) -> bool:
        try:
            self._post(name, verb, answer)
            return True
        except TroupeError as error:
            if error.code == "call_not_found":
                _LOG.debug("nobody waits for call %s of %s", answer["id"], name)
                return True
            if self._stopped.is_set() or not error.is_transient:
                raise
            return False

    def _stay_alive(self) -> None:
        """Says of each call that it is still being made, three times in each of its leases."""
        while not self._stopped.is_set() or self._calls():
            for call in self._calls():
                if call.due <= time.monotonic():
                    call.due += call.rest_seconds
                    try:
                        self._post(call.function, "extend", {"id": call.id})
                    except TroupeError as error:
                        _LOG.debug("call %s was not extended: %s", call.id, error)
            time.sleep(_REST_SECONDS)

    def _calls(self) -> List["_Held"]:
        with self._changed:
            return list(self._held.values())

    def _post(self, name: str, verb: str, body: Optional[Mapping[str, Any]] = None) -> Any:
        return self._transport.call("POST", f"/v1/functions/{quote(name, safe='')}/{verb}", body)


class TransientError(Exception):
    """A call failed and may succeed when it is made again."""


class _Held:
    """A call that this worker has."""

    def __init__(self, function: str, call: str, rest_seconds: float) -> None:
        self.function = function
        self.id = call
        self.rest_seconds = rest_seconds
        self.due = time.monotonic() + rest_seconds
