"""HTTP and JSON, with the standard library."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from http.client import HTTPException, HTTPResponse
from typing import Any, Dict, Iterator, Mapping, Optional

from .errors import TroupeError


class Transport:
    """Sends requests to a node. Safe for use by many threads: each request has its connection."""

    def __init__(self, base_url: str, api_key: Optional[str], timeout_seconds: float) -> None:
        self.base_url = base_url.rstrip("/")
        self._api_key = api_key
        self._timeout_seconds = timeout_seconds

    def call(self, method: str, path: str, body: Optional[Mapping[str, Any]] = None) -> Any:
        """Sends a request and returns the JSON of the answer."""
        with self._open(method, path, body) as response:
            return json.load(response)

    def events(self, path: str, body: Mapping[str, Any]) -> Iterator[Dict[str, Any]]:
        """Sends a request and yields the JSON of each event of the answer, up to `[DONE]`."""
        with self._open("POST", path, body) as response:
            try:
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
            except (HTTPException, OSError) as broken:
                raise TroupeError(f"The answer broke off: {broken}") from broken
            raise TroupeError("The answer ended without [DONE]")

    def _open(self, method: str, path: str, body: Optional[Mapping[str, Any]]) -> HTTPResponse:
        headers = {"Accept": "application/json"}
        data = None
        if body is not None:
            data = json.dumps(body).encode("utf-8")
            headers["Content-Type"] = "application/json"
        if self._api_key is not None:
            headers["Authorization"] = f"Bearer {self._api_key}"
        request = urllib.request.Request(
            self.base_url + path, data=data, headers=headers, method=method
        )
        try:
            return urllib.request.urlopen(request, timeout=self._timeout_seconds)
        except urllib.error.HTTPError as refused:
            with refused:
                raise TroupeError.of(
                    _json_or_text(refused.read()),
                    refused.code,
                    refused.headers.get("Retry-After"),
                ) from None
        except urllib.error.URLError as unreachable:
            raise TroupeError(
                f"{self.base_url} cannot be reached: {unreachable.reason}"
            ) from unreachable


def _json_or_text(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
