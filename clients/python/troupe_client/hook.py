"""Which program, call and parents a request has, told by headers."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple
from urllib.parse import urlsplit

from .headers import program_headers


class Calls:
    """The model calls that the steps of one program make, each known by its step.

    The first call of a step has the step's id and, as parents, the last calls of the steps it
    depends on, or of those before them where these made none; each further one follows the one
    before. Safe for use by many threads.
    """

    def __init__(self, program: str) -> None:
        self.program = program
        self._lock = threading.Lock()
        self._parents: Dict[str, Tuple[str, ...]] = {}
        self._made: Dict[str, int] = {}

    def step(self, step: str, parents: Iterable[str]) -> "Step":
        with self._lock:
            self._parents[step] = tuple(parents)
        return Step(self, step)

    def forget(self, step: str) -> None:
        """The step is long over: no other names it as a parent any more."""
        with self._lock:
            self._parents.pop(step, None)
            self._made.pop(step, None)

    def next(self, step: str) -> Dict[str, str]:
        """The headers of the next call of a step."""
        with self._lock:
            number = self._made.get(step, 0) + 1
            parents = self._last([step] if number > 1 else self._parents.get(step, ()))
            self._made[step] = number
        return program_headers(self.program, call_id=_call(step, number), parent_call_ids=parents)

    def _last(self, steps: Iterable[str]) -> List[str]:
        found: List[str] = []
        seen = set()
        left = list(steps)
        while left:
            step = left.pop(0)
            if step in seen:
                continue
            seen.add(step)
            if step in self._made:
                found.append(_call(step, self._made[step]))
            else:
                left.extend(self._parents.get(step, ()))
        return found


class Step:
    """The step that the current code is in."""

    def __init__(self, calls: Calls, name: str) -> None:
        self._calls = calls
        self._name = name

    def headers(self) -> Dict[str, str]:
        return self._calls.next(self._name)


current_step: ContextVar[Optional[Step]] = ContextVar("troupe_step", default=None)
"""Set while a step is done, in the code that it runs."""


class Hook:
    """Adds the headers of the current step to the requests to one node.

    For the event hooks of httpx, which the model clients of the frameworks take:

        hook = Hook(client.base_url)
        httpx.Client(event_hooks={"request": [hook]})
        httpx.AsyncClient(event_hooks={"request": [hook.asynchronous]})

    Requests elsewhere, and headers that the application sets, stay as they are.
    """

    def __init__(self, base_url: str, step: Optional[Callable[[], Optional[Step]]] = None) -> None:
        self._host = urlsplit(base_url).netloc
        self._step = step or current_step.get

    def __call__(self, request: Any) -> None:
        step = self._step()
        is_ours = urlsplit(str(request.url)).netloc == self._host
        if step is None or not is_ours or "X-Program-Id" in request.headers:
            return
        for name, value in step.headers().items():
            request.headers.setdefault(name, value)

    async def asynchronous(self, request: Any) -> None:
        self(request)


def _call(step: str, number: int) -> str:
    return step if number == 1 else f"{step}#{number}"
