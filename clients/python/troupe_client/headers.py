"""Identity as headers, for any client that lets you set some."""

from __future__ import annotations

from typing import Dict, Iterable, Optional


def program_headers(
    program_id: str,
    parent_program_id: Optional[str] = None,
    call_id: Optional[str] = None,
    parent_call_ids: Iterable[str] = (),
    is_final: bool = False,
    priority: Optional[int] = None,
    remaining_calls: Optional[int] = None,
) -> Dict[str, str]:
    """Headers that say which program a request belongs to.

    Without a call they suit every request of the program: `OpenAI(default_headers=...)`. With
    a call, its parents, or as the last one they suit one request: `create(extra_headers=...)`.
    `priority` says how much the program matters beside others from then on, -4 to 4;
    `remaining_calls` how many calls it is expected to make after this one, so it suits one
    request.
    """
    headers = {"X-Program-Id": program_id}
    if parent_program_id is not None:
        headers["X-Parent-Program-Id"] = parent_program_id
    if call_id is not None:
        headers["X-Call-Id"] = call_id
    parents = list(parent_call_ids)
    if parents:
        headers["X-Parent-Call-Ids"] = ",".join(parents)
    if is_final:
        headers["X-Program-Final"] = "true"
    if priority is not None:
        headers["X-Program-Priority"] = str(priority)
    if remaining_calls is not None:
        headers["X-Program-Remaining-Calls"] = str(remaining_calls)
    return headers


def environment(base_url: str, program_id: str) -> Dict[str, str]:
    """Variables for a process that uses an official OpenAI SDK and is one program as a whole."""
    return {
        "OPENAI_BASE_URL": base_url.rstrip("/") + "/v1",
        "OPENAI_CUSTOM_HEADERS": f"X-Program-Id: {program_id}",
    }
