import { errorOf, RunFailedError, TroupeError, UnreachableError } from "./errors.js";

export * from "./errors.js";

/** The final states of a run. */
const OVER = new Set(["completed", "failed", "aborted"]);

/** A node says something every ten seconds: one that is silent for so long is gone. */
const SILENCE_MS = 30_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

/** Refusals after which another try makes sense. */
const MAY_PASS = new Set([429, 500, 502, 503, 504]);

/**
 * The runs of a node. Every verb answers with the run as it then is, and rejects with a TroupeError.
 *
 * `baseUrl` is the node's address without `/v1`; `apiKey` is sent where it is given; `fetch` may be
 * another than the platform's.
 */
export class Runs {
  #baseUrl;
  #headers;
  #fetch;

  constructor({ baseUrl = "http://127.0.0.1:8080", apiKey, fetch = globalThis.fetch } = {}) {
    this.#baseUrl = baseUrl.replace(/\/+$/, "");
    this.#headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
    this.#fetch = fetch;
  }

  /**
   * Begins a run: of a plan as an object, or of the YAML of one as a text.
   *
   * A submission that is sent again with the same `idempotencyKey` is the same run. With
   * `waitSeconds` the answer comes at the run's end, or once so many have passed.
   */
  submit(plan, { idempotencyKey, waitSeconds } = {}) {
    const query = waitSeconds === undefined ? "" : `?wait=${waitSeconds}s`;
    const headers = idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey };
    return this.#call("POST", `/v1/runs${query}`, { body: plan, headers });
  }

  /** What a run of the plan would be: its graph, stages, time and cost, and what is wrong. */
  preview(plan) {
    return this.#call("POST", "/v1/plans", { body: plan });
  }

  get(run) {
    return this.#call("GET", path(run));
  }

  /**
   * The tenant's runs, the youngest first, read page by page as they are asked for.
   *
   * `filters` are the parameters of `GET /v1/runs`: `state`, `program`, `metadata.NAME`, …
   */
  async *list(filters = {}) {
    const query = new URLSearchParams(filters);
    for (;;) {
      const page = await this.#call("GET", `/v1/runs?${query}`);
      yield* page.data;
      if (page.next === null) {
        return;
      }
      query.set("cursor", page.next);
    }
  }

  /**
   * What happens in a run, from the event after number `after` to the run's end.
   *
   * Where the connection breaks the client comes back and goes on where it was. `signal` ends it.
   */
  async *events(run, { after = 0, signal } = {}) {
    let last = after;
    let pause = FIRST_PAUSE_MS;
    for (;;) {
      signal?.throwIfAborted();
      // A node that leaves ends its answer in order.
      let least = 0;
      try {
        for await (const event of this.#connection(run, last, signal)) {
          last = event.sequence;
          pause = FIRST_PAUSE_MS;
          yield event;
          if (event.event === "run_ended") {
            return;
          }
        }
      } catch (error) {
        signal?.throwIfAborted();
        const mayPass = error instanceof UnreachableError || MAY_PASS.has(error.status);
        if (!(error instanceof TroupeError) || !mayPass) {
          throw error;
        }
        least = 1_000 * (error.retryAfterSeconds ?? 0);
      }
      await rest(Math.max(pause, least), signal);
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    }
  }

  /** The run as it is at its end. With `check` one that has not completed is a RunFailedError. */
  async wait(run, { signal, check = false } = {}) {
    let seen = await this.get(run);
    if (!OVER.has(seen.state)) {
      for await (const _ of this.events(run, { after: seen.sequence, signal }));
      seen = await this.get(run);
    }
    if (check && seen.state !== "completed") {
      throw new RunFailedError(seen);
    }
    return seen;
  }

  /** The run's steps as a picture, each in its state: `json`, or a text: `mermaid`, `dot`. */
  async graph(run, format = "json") {
    const response = await this.#open("GET", `${path(run)}/graph?format=${format}`);
    return format === "json" ? response.json() : response.text();
  }

  /** Adds steps to a run that is not over. */
  addTasks(run, tasks) {
    return this.#act(run, "tasks", { tasks });
  }

  abort(run) {
    return this.#act(run, "abort");
  }

  /** Starts nothing more; what runs goes on. */
  pause(run) {
    return this.#act(run, "pause");
  }

  resume(run) {
    return this.#act(run, "resume");
  }

  /** Does a failed step again, or all, as long as nothing that depends on it has started. */
  retry(run, task) {
    return this.#act(run, task === undefined ? "retry" : step(task, "retry"));
  }

  skip(run, task) {
    return this.#act(run, step(task, "skip"));
  }

  approve(run, task, comment = "") {
    return this.#act(run, step(task, "approve"), { comment });
  }

  reject(run, task, comment = "") {
    return this.#act(run, step(task, "reject"), { comment });
  }

  /** Gives the run a value; it ends the `wait` step of that name. */
  signal(run, name, payload = null) {
    return this.#act(run, "signal", { name, payload });
  }

  raiseBudget(run, budgetLimit) {
    return this.#act(run, "budget", { budget_limit: budgetLimit });
  }

  /** Begins a new run of the plan from a step on. `more` may be `id` and `budget_limit`. */
  fork(run, task, more = {}) {
    return this.#act(run, "fork", { task, ...more });
  }

  /** Begins a new run of what an ended run is missing. `more` is as in `fork`. */
  rerun(run, more = {}) {
    return this.#act(run, "rerun", more);
  }

  #act(run, verb, body) {
    return this.#call("POST", `${path(run)}/${verb}`, { body });
  }

  async #call(method, to, request) {
    return (await this.#open(method, to, request)).json();
  }

  async #open(method, to, { body, headers = {}, signal } = {}) {
    const all = { accept: "application/json", ...this.#headers, ...headers };
    if (body !== undefined) {
      all["content-type"] = typeof body === "string" ? "application/yaml" : "application/json";
    }
    const text = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
    let response;
    try {
      response = await this.#fetch(this.#baseUrl + to, { method, headers: all, body: text, signal });
    } catch (cause) {
      throw new UnreachableError(`${this.#baseUrl} cannot be reached`, { cause });
    }
    if (!response.ok) {
      throw await errorOf(response);
    }
    return response;
  }

  /** The events that one connection brings. */
  async *#connection(run, after, signal) {
    const silence = new AbortController();
    const end = () => silence.abort();
    let timer = setTimeout(end, SILENCE_MS);
    signal?.addEventListener("abort", end);
    try {
      const headers = { accept: "text/event-stream", "last-event-id": String(after) };
      const request = { headers, signal: silence.signal };
      const response = await this.#open("GET", `${path(run)}/events`, request);
      let rest = "";
      for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
        clearTimeout(timer);
        timer = setTimeout(end, SILENCE_MS);
        const lines = (rest + chunk).split("\n");
        rest = lines.pop();
        for (const line of lines) {
          if (line.startsWith("data:")) {
            yield JSON.parse(line.slice("data:".length));
          }
        }
      }
    } catch (cause) {
      throw cause instanceof TroupeError
        ? cause
        : new UnreachableError("The answer broke off", { cause });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      silence.abort();
    }
  }
}

function path(run) {
  return `/v1/runs/${encodeURIComponent(run)}`;
}

function step(task, verb) {
  return `tasks/${encodeURIComponent(task)}/${verb}`;
}

/** Passes the time, or less where the signal comes. */
function rest(milliseconds, signal) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener("abort", end);
  });
}
