"""Programs and their calls, by the REST interface of a node."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Union
from urllib.parse import quote, urlencode

from .program import Program
from .runs import Runs
from .transport import Transport
from .worker import Worker

Body = Dict[str, Any]


@dataclass(frozen=True)
class SessionStats:
    """How a program stands. Times are in seconds."""

    session_id: str
    state: str
    service_time: float
    waiting_time: float
    starvation_ratio: float
    """Waiting over service; infinite for a program that waits and has had no service."""
    total_calls: int
    active_threads: int


class TroupeClient:
    """Speaks to one node. Safe for use by many threads.

    A session is a program: its calls are scheduled together. A thread is one call of it.

    `base_url` is the node's address without `/v1`; else the variable TROUPE_URL, else port 8080
    of this machine. `api_key` is else the variable TROUPE_API_KEY, else none is sent. `model` is
    used where a call names none.
    """

    def __init__(
        self,
        base_url: Optional[str] = None,
        api_key: Optional[str] = None,
        model: Optional[str] = None,
        timeout_seconds: float = 600.0,
    ) -> None:
        self._transport = Transport(
            base_url or os.environ.get("TROUPE_URL") or "http://127.0.0.1:8080",
            api_key or os.environ.get("TROUPE_API_KEY"),
            timeout_seconds,
        )
        self._model = model
        self.runs = Runs(self._transport)

    @property
    def base_url(self) -> str:
        return self._transport.base_url

    def health(self) -> None:
        """Raises UnreachableError, or what the node says, if it does not serve."""
        self._transport.text("GET", "/health")

    def worker(self, functions: Mapping[str, Callable[[Any], Any]], threads: int = 10) -> Worker:
        """Makes the calls of these functions that steps of runs want, while the `with` lasts."""
        return Worker(self._transport, functions, threads)

    def program(
        self,
        program_id: Optional[str] = None,
        is_multithreaded: bool = False,
        metadata: Optional[Mapping[str, str]] = None,
        parent: Optional[str] = None,
        priority: Optional[int] = None,
        remaining_calls: Optional[int] = None,
    ) -> Program:
        """A program that begins with the `with` statement and ends with it.

        `priority` says how much it matters beside others, -4 to 4; 0 where nobody says.
        `remaining_calls` says how many calls it is expected to make: who ends soon goes first.
        """
        return Program(
            self, program_id, is_multithreaded, metadata, parent, priority, remaining_calls
        )

    def start_session(
        self,
        is_multithreaded: bool = False,
        session_id: Optional[str] = None,
        metadata: Optional[Mapping[str, str]] = None,
        parent: Optional[str] = None,
        priority: Optional[int] = None,
        remaining_calls: Optional[int] = None,
    ) -> str:
        """Declares a program and returns its id. Harmless when a program of that id is known.

        A priority that is given counts from then on, also for one that is known; so do the
        `remaining_calls`, those that it is expected to make from then on.
        """
        body: Body = {"is_multithreaded": is_multithreaded, "metadata": dict(metadata or {})}
        if session_id is not None:
            body["id"] = session_id
        if parent is not None:
            body["parent"] = parent
        if priority is not None:
            body["priority"] = priority
        if remaining_calls is not None:
            body["remaining_calls"] = remaining_calls
        return self._transport.call("POST", "/v1/programs", body)["id"]

    def end_session(self, session_id: str, state: str = "COMPLETED") -> SessionStats:
        """Ends a program as COMPLETED, FAILED or TIMEOUT; its open calls are cancelled."""
        query = urlencode({"state": state.lower()})
        return _stats(self._transport.call("DELETE", f"{_program(session_id)}?{query}"))

    def get_session_stats(self, session_id: str) -> SessionStats:
        return _stats(self.describe(session_id))

    def describe(self, session_id: str) -> Body:
        """Everything that the node tells of a program, calls included."""
        return self._transport.call("GET", _program(session_id))

    def register_llm_call(
        self,
        session_id: str,
        parent_thread_ids: Iterable[str] = (),
        thread_id: Optional[str] = None,
    ) -> str:
        """Announces a call and the calls whose results it needs. Returns its thread id.

        The call is then made with that thread id, or runs elsewhere and is completed by
        `complete_llm_call`.
        """
        body: Body = {"parents": list(parent_thread_ids)}
        if thread_id is not None:
            body["call_id"] = thread_id
        return self._transport.call("POST", f"{_program(session_id)}/calls", body)["call_id"]

    def complete_llm_call(
        self,
        session_id: str,
        thread_id: str,
        prompt_tokens: int = 0,
        cached_tokens: int = 0,
        completion_tokens: int = 0,
        service_seconds: float = 0.0,
        succeeded: bool = True,
    ) -> SessionStats:
        """Says how a registered call has ended that ran elsewhere."""
        body = {
            "state": "completed" if succeeded else "failed",
            "prompt_tokens": prompt_tokens,
            "cached_tokens": cached_tokens,
            "completion_tokens": completion_tokens,
            "service_ms": service_seconds * 1000,
        }
        path = f"{_program(session_id)}/calls/{quote(thread_id, safe='')}/complete"
        return _stats(self._transport.call("POST", path, body))

    def chat_completion(
        self,
        messages: Sequence[Mapping[str, Any]],
        session_id: str,
        model: Optional[str] = None,
        thread_id: Optional[str] = None,
        parent_thread_ids: Iterable[str] = (),
        is_multithreaded: bool = False,
        stream: bool = False,
        program_priority: Optional[int] = None,
        remaining_calls: Optional[int] = None,
        **more: Any,
    ) -> Union[Body, Iterator[Body]]:
        """Makes a call of a program.

        Returns the answer, or an iterator over its chunks with `stream`. The thread id by which
        later calls can name it as a parent is in `["autellix_metadata"]["thread_id"]` of the
        answer, or of the first chunk. `program_priority` says how much the program matters from
        this call on, `remaining_calls` how many it is expected to make after this one. All further
        arguments go into the request as they are.
        """
        body = self._body(messages, session_id, model, more)
        body["autellix_is_multithreaded"] = is_multithreaded
        if thread_id is not None:
            body["autellix_thread_id"] = thread_id
        if program_priority is not None:
            body["autellix_priority"] = program_priority
        if remaining_calls is not None:
            body["autellix_remaining_calls"] = remaining_calls
        parents = list(parent_thread_ids)
        if parents:
            body["autellix_parent_threads"] = parents
        if stream:
            body["stream"] = True
            return self._transport.events("/v1/chat/completions", body)
        return self._transport.call("POST", "/v1/chat/completions", body)

    def parallel_chat_completion(
        self,
        requests: Sequence[Mapping[str, Any]],
        session_id: str,
        parent_thread_id: Optional[str] = None,
        **shared: Any,
    ) -> List[Body]:
        """Makes calls side by side and returns their answers in the order of the requests.

        Each request holds arguments of `chat_completion`, at least `messages`; `shared` are
        arguments of all. Where one fails its error is raised, once all others have ended.
        """
        parents = [] if parent_thread_id is None else [parent_thread_id]

        def call(request: Mapping[str, Any]) -> Body:
            arguments = {"parent_thread_ids": parents, **shared, **request}
            return self.chat_completion(
                session_id=session_id, is_multithreaded=True, stream=False, **arguments
            )

        with ThreadPoolExecutor(max_workers=max(1, len(requests))) as threads:
            return [answer.result() for answer in [threads.submit(call, r) for r in requests]]

    def _body(
        self,
        messages: Sequence[Mapping[str, Any]],
        session_id: str,
        model: Optional[str],
        more: Mapping[str, Any],
    ) -> Body:
        name = model or self._model
        if name is None:
            raise ValueError("name a model in the call or in the client")
        return {
            **more,
            "model": name,
            "messages": list(messages),
            "autellix_session_id": session_id,
        }


AutellixClient = TroupeClient
"""The name that callers of the Autellix re-implementation know."""


def _program(session_id: str) -> str:
    return f"/v1/programs/{quote(session_id, safe='')}"


def _stats(view: Mapping[str, Any]) -> SessionStats:
    ratio = view["starvation_ratio"]
    return SessionStats(
        session_id=view["id"],
        state=view["state"].upper(),
        service_time=view["service_ms"] / 1000,
        waiting_time=view["waiting_ms"] / 1000,
        starvation_ratio=float("inf") if ratio is None else ratio,
        total_calls=view["total_calls"],
        active_threads=view["active_calls"],
    )
