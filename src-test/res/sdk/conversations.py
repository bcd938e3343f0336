"""What the official OpenAI SDK for Python does with a node. Says each thing that holds.

    conversations.py BASE_URL MODEL
"""

import asyncio
import sys
import uuid

from openai import AsyncOpenAI, NotFoundError, OpenAI

BASE_URL, MODEL = sys.argv[1:3]
# Each key is a tenant of its own: what an earlier run said is not taken for ours.
KEY = f"sdk-{uuid.uuid4()}"
SYSTEM = "You are a geography teacher. You answer in one short sentence and never ask back."
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}},
                "required": ["city"],
            },
        },
    }
]

client = OpenAI(base_url=BASE_URL, api_key=KEY, max_retries=0)


def user(text):
    return {"role": "user", "content": text}


def holds(behaviour):
    print(f"holds: {behaviour}", flush=True)


def answers_whole():
    answer = client.chat.completions.create(
        model=MODEL, messages=[user("What is the capital of France?")], max_tokens=16, temperature=0
    )
    assert answer.choices[0].message.content.strip(), answer
    assert answer.usage.prompt_tokens > 0 and answer.usage.completion_tokens > 0, answer.usage
    assert answer.choices[0].finish_reason in ("stop", "length"), answer
    holds("answers whole")


def streams():
    text, usage, chunks = "", None, 0
    for chunk in client.chat.completions.create(
        model=MODEL,
        messages=[user("Count to ten.")],
        max_tokens=12,
        stream=True,
        stream_options={"include_usage": True},
        extra_body={"ignore_eos": True},
    ):
        chunks += 1
        usage = chunk.usage or usage
        text += (chunk.choices[0].delta.content or "") if chunk.choices else ""
    assert chunks > 5 and text, (chunks, text)
    assert usage.completion_tokens == 12, usage
    holds("streams")


def passes_tool_calls():
    turns = [user("What is the weather in Paris?")]
    # A small model calls a tool when its answer begins as a call.
    begun = [{"role": "assistant", "content": "<tool_call>\n"}]
    first = client.chat.completions.create(
        model=MODEL,
        messages=turns + begun,
        tools=TOOLS,
        tool_choice="required",
        max_tokens=40,
        temperature=0,
    )
    message = first.choices[0].message
    call = message.tool_calls[0]
    assert call.function.name == "get_weather" and "city" in call.function.arguments, call
    assert call.id, first

    result = {"role": "tool", "tool_call_id": call.id, "content": "18 degrees and sunny"}
    second = client.chat.completions.with_raw_response.create(
        model=MODEL,
        messages=turns + [message.model_dump(exclude_none=True), result],
        tools=TOOLS,
        max_tokens=16,
    )
    assert second.parse().usage.completion_tokens > 0
    assert second.headers["X-Program-Id-Source"] == "prefix", second.headers
    holds("passes tool calls")


def raises_its_own_errors():
    try:
        client.chat.completions.create(model="no-such-model", messages=[user("Hello")])
        raise AssertionError("a model that is not there answers")
    except NotFoundError as error:
        assert error.code == "model_not_found" and error.status_code == 404, error
        assert error.type == "invalid_request_error", error
    holds("raises its own errors")


def lists_models():
    assert MODEL in [model.id for model in client.models.list()]
    holds("lists models")


async def turns(many, question, following):
    """A conversation of two turns; yields the programs, their sources and the last usage."""
    messages = [{"role": "system", "content": SYSTEM}, user(question)]
    first = await many.chat.completions.with_raw_response.create(
        model=MODEL, messages=messages, max_tokens=24, temperature=0
    )
    answer = first.parse().choices[0].message
    messages += [answer.model_dump(exclude_none=True), user(following)]
    second = await many.chat.completions.with_raw_response.create(
        model=MODEL, messages=messages, max_tokens=8, temperature=0
    )
    headers = (first.headers, second.headers)
    return (
        [header["X-Troupe-Program"] for header in headers],
        [header["X-Program-Id-Source"] for header in headers],
        second.parse().usage,
    )


async def keeps_programs_apart():
    async with AsyncOpenAI(base_url=BASE_URL, api_key=KEY, max_retries=0) as many:
        one, other = await asyncio.gather(
            turns(many, "Name a river in Egypt.", "And one in Brazil?"),
            turns(many, "Name a mountain in Nepal.", "And one in Tanzania?"),
        )
    for programs, sources, _ in (one, other):
        assert programs[0] == programs[1], programs
        assert sources[1] == "prefix", sources
    assert one[0] != other[0], (one, other)
    holds("keeps programs apart")


async def finds_the_second_turn_in_the_cache():
    async with AsyncOpenAI(base_url=BASE_URL, api_key=KEY, max_retries=0) as many:
        programs, _, usage = await turns(many, "Name a lake in Kenya.", "And one in Peru?")
    cached = usage.prompt_tokens_details.cached_tokens
    assert 20 < cached < usage.prompt_tokens, usage
    view = client.get(f"/programs/{programs[0]}", cast_to=object)
    assert view["total_calls"] == 2 and view["cached_tokens"] >= cached, view
    holds("finds the second turn in the cache")


lists_models()
answers_whole()
streams()
passes_tool_calls()
raises_its_own_errors()
asyncio.run(keeps_programs_apart())
asyncio.run(finds_the_second_turn_in_the_cache())
