"""Runs the client against a real node.

    TROUPE_URL=http://127.0.0.1:8080 python -m unittest discover -s clients/python/tests

TROUPE_MODEL names the model; without it the node's first is used. The OpenAI SDK is tested where
it is installed.
"""

import importlib.util
import threading
import unittest
import uuid

from node import URL, eventually, model

from troupe_client import AutellixClient, TroupeClient, TroupeError, program_headers

HELLO = [{"role": "user", "content": "Say hello."}]


class HeadersTest(unittest.TestCase):
    def test_says_only_what_is_known(self):
        self.assertEqual(program_headers("p"), {"X-Program-Id": "p"})

    def test_names_the_call_and_its_parents(self):
        self.assertEqual(
            program_headers("p", "q", "c", ["a", "b"], True),
            {
                "X-Program-Id": "p",
                "X-Parent-Program-Id": "q",
                "X-Call-Id": "c",
                "X-Parent-Call-Ids": "a,b",
                "X-Program-Final": "true",
            },
        )

    def test_says_how_much_a_program_matters(self):
        self.assertEqual(
            program_headers("p", priority=0), {"X-Program-Id": "p", "X-Program-Priority": "0"}
        )

    def test_says_how_many_calls_are_to_come(self):
        self.assertEqual(
            program_headers("p", remaining_calls=0),
            {"X-Program-Id": "p", "X-Program-Remaining-Calls": "0"},
        )


@unittest.skipUnless(URL, "TROUPE_URL is not set")
class ClientTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.model = model()
        cls.client = TroupeClient(URL, model=cls.model, timeout_seconds=120)

    def test_keeps_the_name_that_callers_know(self):
        self.assertIs(AutellixClient, TroupeClient)

    def test_starts_a_session_again_without_harm(self):
        name = f"session/with spaces {uuid.uuid4()}"
        self.assertEqual(self.client.start_session(True, name, {"task": "test"}), name)
        self.assertEqual(self.client.start_session(True, name), name)
        view = self.client.describe(name)
        self.assertTrue(view["is_multithreaded"])
        self.assertEqual(view["metadata"], {"task": "test"})
        self.assertEqual(self.client.end_session(name).state, "COMPLETED")

    def test_says_how_much_a_program_matters(self):
        with self.client.program(priority=2) as program:
            self.assertEqual(self.client.describe(program.id)["priority"], 2)
            program.chat_completion(HELLO, max_tokens=2, program_priority=-1)
            self.assertEqual(self.client.describe(program.id)["priority"], -1)
            with self.assertRaises(TroupeError) as refused:
                program.chat_completion(HELLO, max_tokens=2, program_priority=5)
            self.assertEqual(refused.exception.status, 400)

    def test_says_how_many_calls_are_to_come(self):
        with self.client.program(remaining_calls=4) as program:
            self.assertEqual(self.client.describe(program.id)["remaining_calls"], 4)
            program.chat_completion(HELLO, max_tokens=2, remaining_calls=2)
            self.assertEqual(self.client.describe(program.id)["remaining_calls"], 2)
            with self.assertRaises(TroupeError) as refused:
                program.chat_completion(HELLO, max_tokens=2, remaining_calls=-1)
            self.assertEqual(refused.exception.status, 400)

    def test_makes_an_id_where_none_is_given(self):
        first = self.client.start_session()
        second = self.client.start_session()
        self.assertNotEqual(first, second)
        self.assertEqual(self.client.end_session(first, "FAILED").state, "FAILED")
        self.assertEqual(self.client.end_session(second, "TIMEOUT").state, "TIMEOUT")

    def test_counts_what_a_program_has_received(self):
        with self.client.program() as program:
            self.assertEqual(program.stats().total_calls, 0)
            first = program.chat_completion(HELLO, max_tokens=8)
            self.assertTrue(first["choices"][0]["message"]["content"])
            thread = first["autellix_metadata"]["thread_id"]
            program.chat_completion(HELLO, max_tokens=8, parent_thread_ids=[thread])
            stats = eventually(program.stats, lambda stats: stats.active_threads == 0)
            self.assertEqual(stats.total_calls, 2)
            self.assertGreater(stats.service_time, 0)
            calls = self.client.describe(program.id)["calls"]
            self.assertIn([thread], [call["parents"] for call in calls])
        self.assertEqual(self.client.get_session_stats(program.id).state, "COMPLETED")

    def test_streams(self):
        with self.client.program() as program:
            chunks = list(program.chat_completion(HELLO, max_tokens=8, stream=True))
            self.assertGreater(len(chunks), 1)
            self.assertIn("autellix_metadata", chunks[0])
            text = "".join(
                chunk["choices"][0]["delta"].get("content") or ""
                for chunk in chunks
                if chunk["choices"]
            )
            self.assertTrue(text)

    def test_runs_calls_side_by_side_in_their_order(self):
        with self.client.program(is_multithreaded=True) as program:
            parent = program.chat_completion(HELLO, max_tokens=4)["autellix_metadata"]["thread_id"]
            names = [f"branch-{at}" for at in range(4)]
            answers = program.parallel_chat_completion(
                [{"messages": HELLO, "thread_id": name} for name in names],
                parent_thread_id=parent,
                max_tokens=4,
            )
            self.assertEqual([a["autellix_metadata"]["thread_id"] for a in answers], names)
            view = eventually(
                lambda: self.client.describe(program.id), lambda view: view["active_calls"] == 0
            )
            self.assertTrue(view["is_multithreaded"])
            parents = {call["id"]: call["parents"] for call in view["calls"]}
            for name in names:
                self.assertEqual(parents[name], [parent])

    def test_charges_a_call_that_runs_elsewhere(self):
        with self.client.program() as program:
            thread = program.register_llm_call()
            self.assertEqual(program.stats().active_threads, 1)
            stats = program.complete_llm_call(
                thread, prompt_tokens=100, completion_tokens=10, service_seconds=1.5
            )
            self.assertEqual(stats.active_threads, 0)
            self.assertEqual(stats.total_calls, 1)
            self.assertGreater(stats.service_time, 0)

    def test_ends_a_program_as_failed_after_an_exception(self):
        with self.assertRaises(KeyError):
            with self.client.program() as program:
                raise KeyError("broken")
        self.assertEqual(self.client.get_session_stats(program.id).state, "FAILED")

    def test_reports_errors_with_type_code_and_trace(self):
        with self.assertRaises(TroupeError) as raised:
            self.client.get_session_stats(f"unknown-{uuid.uuid4()}")
        self.assertEqual(raised.exception.status, 404)
        with self.assertRaises(TroupeError) as raised:
            self.client.chat_completion(HELLO, "any", model="no-such-model")
        self.assertEqual(raised.exception.status, 404)
        self.assertTrue(raised.exception.type)
        self.assertTrue(raised.exception.code)
        with self.assertRaises(TroupeError):
            TroupeClient("http://127.0.0.1:9", model="m").start_session()

    def test_is_safe_for_many_threads(self):
        states = []

        def run():
            with self.client.program() as program:
                program.chat_completion(HELLO, max_tokens=2)
            states.append(self.client.get_session_stats(program.id).state)

        threads = [threading.Thread(target=run) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(states, ["COMPLETED"] * 8)

    @unittest.skipUnless(importlib.util.find_spec("openai"), "the OpenAI SDK is not installed")
    def test_lends_its_identity_to_the_openai_sdk(self):
        with self.client.program() as program:
            openai = program.openai(api_key="none")
            raw = openai.chat.completions.with_raw_response.create(
                model=self.model,
                messages=HELLO,
                max_tokens=4,
                extra_headers=program.headers(call_id="plan"),
            )
            self.assertEqual(raw.headers["X-Troupe-Program"], program.id)
            self.assertEqual(raw.headers["X-Troupe-Call"], "plan")
            self.assertEqual(raw.headers["X-Program-Id-Source"], "x-program-id")


if __name__ == "__main__":
    unittest.main()
