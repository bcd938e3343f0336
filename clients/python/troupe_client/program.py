"""One program, from its beginning to its end."""

from __future__ import annotations

import uuid
from types import TracebackType
from typing import TYPE_CHECKING, Any, Dict, Iterable, Mapping, Optional, Type

from .headers import environment, program_headers

if TYPE_CHECKING:
    from .client import SessionStats, TroupeClient


class Program:
    """A program as a context: declared on entry; on exit ended, as failed after an exception.

    Its headers suit any client of the OpenAI API:

        with TroupeClient().program() as program:
            client = OpenAI(base_url=program.base_url, default_headers=program.headers())
            client.chat.completions.create(..., extra_headers=program.headers(call_id="plan"))
    """

    def __init__(
        self,
        client: "TroupeClient",
        program_id: Optional[str] = None,
        is_multithreaded: bool = False,
        metadata: Optional[Mapping[str, str]] = None,
        parent: Optional[str] = None,
        priority: Optional[int] = None,
        remaining_calls: Optional[int] = None,
    ) -> None:
        self.id = program_id or str(uuid.uuid4())
        self.client = client
        self._is_multithreaded = is_multithreaded
        self._metadata = metadata
        self._parent = parent
        self._priority = priority
        self._remaining_calls = remaining_calls

    def __enter__(self) -> "Program":
        self.client.start_session(
            self._is_multithreaded,
            self.id,
            self._metadata,
            self._parent,
            self._priority,
            self._remaining_calls,
        )
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.client.end_session(self.id, "COMPLETED" if kind is None else "FAILED")

    @property
    def base_url(self) -> str:
        """What an OpenAI SDK wants as its base URL."""
        return self.client.base_url + "/v1"

    def headers(
        self,
        call_id: Optional[str] = None,
        parent_call_ids: Iterable[str] = (),
        is_final: bool = False,
        priority: Optional[int] = None,
        remaining_calls: Optional[int] = None,
    ) -> Dict[str, str]:
        """A `priority` is the program's from that request on; `remaining_calls` come after it."""
        return program_headers(
            self.id,
            self._parent,
            call_id,
            parent_call_ids,
            is_final,
            priority,
            remaining_calls,
        )

    def environment(self) -> Dict[str, str]:
        """Variables for a process of its own that is all of this program."""
        return environment(self.client.base_url, self.id)

    def openai(self, **arguments: Any) -> Any:
        """An official OpenAI client, all of whose calls belong to this program."""
        from openai import OpenAI

        headers = {**self.headers(), **arguments.pop("default_headers", {})}
        return OpenAI(base_url=self.base_url, default_headers=headers, **arguments)

    def chat_completion(self, messages: Any, **arguments: Any) -> Any:
        """As `TroupeClient.chat_completion`, in this program."""
        arguments.setdefault("is_multithreaded", self._is_multithreaded)
        return self.client.chat_completion(messages, session_id=self.id, **arguments)

    def parallel_chat_completion(
        self, requests: Any, parent_thread_id: Optional[str] = None, **shared: Any
    ) -> Any:
        """As `TroupeClient.parallel_chat_completion`, in this program."""
        return self.client.parallel_chat_completion(
            requests, session_id=self.id, parent_thread_id=parent_thread_id, **shared
        )

    def register_llm_call(
        self, parent_thread_ids: Iterable[str] = (), thread_id: Optional[str] = None
    ) -> str:
        return self.client.register_llm_call(self.id, parent_thread_ids, thread_id)

    def complete_llm_call(self, thread_id: str, **how: Any) -> "SessionStats":
        return self.client.complete_llm_call(self.id, thread_id, **how)

    def stats(self) -> "SessionStats":
        return self.client.get_session_stats(self.id)
