"""HTTP and JSON, with the standard library."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from typing import Any, Dict, Iterator, Mapping, Optional, Union

from .errors import TroupeError, UnreachableError

Body = Union[Mapping[str, Any], str]
"""What a request carries: JSON, or a text of YAML."""


class Transport:
    """Sends requests to a node. Safe for use by many threads: each request has its connection."""

    def __init__(self, base_url: str, api_key: Optional[str], timeout_seconds: float) -> None:
        self.base_url = base_url.rstrip("/")
        self._api_key = api_key
        self.timeout_seconds = timeout_seconds

    def within(self, timeout_seconds: float) -> "Transport":
        """The same, with less patience."""
        return Transport(self.base_url, self._api_key, min(timeout_seconds, self.timeout_seconds))

    def call(
        self,
        method: str,
        path: str,
        body: Optional[Body] = None,
        headers: Optional[Mapping[str, str]] = None,
    ) -> Any:
        """Sends a request and returns the JSON of the answer; None where it is empty."""
        text = self.text(method, path, body, headers)
        return json.loads(text) if text else None

    def text(
        self,
        method: str,
        path: str,
        body: Optional[Body] = None,
        headers: Optional[Mapping[str, str]] = None,
    ) -> str:
        """Sends a request and returns the answer as it is."""
        with self._open(method, path, body, headers or {}, self.timeout_seconds) as response:
            with _whole():
                return response.read().decode("utf-8")

    def events(self, path: str, body: Mapping[str, Any]) -> Iterator[Dict[str, Any]]:
        """Sends a request and yields the JSON of each event of the answer, up to `[DONE]`."""
        with self._open("POST", path, body, {}, self.timeout_seconds) as response:
            with _whole():
                for line in response:
                    text = line.decode("utf-8").strip()
                    if not text.startswith("data:"):
                        continue
                    text = text[len("data:") :].strip()
                    if text == "[DONE]":
                        return
                    event = json.loads(text)
                    if "error" in event:
                        raise TroupeError.of(event)
                    yield event
            raise TroupeError("The answer ended without [DONE]")

    def lines(
        self, path: str, headers: Mapping[str, str], timeout_seconds: float
    ) -> Iterator[str]:
        """Sends a request and yields the lines of the answer as they come.

        Fails with UnreachableError once the node has been silent for the timeout.
        """
        with self._open("GET", path, None, headers, timeout_seconds) as response:
            with _whole():
                for line in response:
                    yield line.decode("utf-8").rstrip("\r\n")

    def _open(
        self,
        method: str,
        path: str,
        body: Optional[Body],
        headers: Mapping[str, str],
        timeout_seconds: float,
    ) -> HTTPResponse:
        all_headers = {"Accept": "application/json", **headers}
        data = None
        if isinstance(body, str):
            data = body.encode("utf-8")
            all_headers["Content-Type"] = "application/yaml"
        elif body is not None:
            data = json.dumps(body).encode("utf-8")
            all_headers["Content-Type"] = "application/json"
        if self._api_key is not None:
            all_headers["Authorization"] = f"Bearer {self._api_key}"
        request = urllib.request.Request(
            self.base_url + path, data=data, headers=all_headers, method=method
        )
        try:
            return urllib.request.urlopen(request, timeout=timeout_seconds)
        except urllib.error.HTTPError as refused:
            with refused:
                raise TroupeError.of(
                    _json_or_text(refused.read()),
                    refused.code,
                    refused.headers.get("Retry-After"),
                ) from None
        except (HTTPException, OSError) as unreachable:
            reason = getattr(unreachable, "reason", unreachable)
            raise UnreachableError(f"{self.base_url} cannot be reached: {reason}") from unreachable


@contextmanager
def _whole() -> Iterator[None]:
    """Says of an answer that breaks off that it did."""
    try:
        yield
    except (HTTPException, OSError) as broken:
        raise UnreachableError(f"The answer broke off: {broken}") from broken


def _json_or_text(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
