import { readAnswer } from "./answer.ts";
import { ConnectionError, errorOfProblem, localDetails, StaymeshError, TimeoutError } from "./errors.ts";
import type { MethodPlan } from "./plan.ts";
import type { RequestFields } from "./request.ts";
import { ask, type CallOptions, delay, prepare, type Setting, waitBeforeRetry } from "./send.ts";
import { readEvents } from "./server-sent-events.ts";

// Three missed heartbeats of the edge: the way there is cut, although nobody said so.
const SILENCE_MAX_MS = 45_000;
const GOES_ON: ReadonlySet<string> = new Set(["UNAVAILABLE", "DEADLINE_EXCEEDED", "ABORTED", "RESOURCE_EXHAUSTED"]);
// Attempts in a row without a message: about a minute of an edge that is away.
const MAX_RETRIES = 30;

/**
 * The messages of a stream. Where the contract has a resume token, a broken stream is taken up after the last message that was
 * given out, or where it began, so that none is lost and none comes twice; any other stream ends with an error when it breaks.
 */
export async function* stream(
  setting: Setting,
  plan: MethodPlan,
  request: RequestFields,
  options: CallOptions,
): AsyncGenerator<unknown> {
  const { resume, retry } = plan;
  const timeoutMs = options.timeoutMs ?? (resume === undefined ? plan.timeoutMs : undefined);
  const deadline = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  const most = setting.client.maxRetries ?? MAX_RETRIES;
  let from: RequestFields = request;
  for (let failures = 0; ; ) {
    try {
      for await (const { place, message } of oneStream(setting, plan, from, options, deadline)) {
        failures = 0;
        if (resume !== undefined && place !== "") from = { ...from, [resume]: place };
        if (message !== undefined) yield message;
      }
      return;
    } catch (error) {
      options.signal?.throwIfAborted();
      const goesOn = error instanceof StaymeshError && GOES_ON.has(error.code) && !(error instanceof TimeoutError);
      if (resume === undefined || retry === undefined || !goesOn || failures >= most) throw error;
      failures += 1;
      await delay(waitBeforeRetry(retry, error, failures) ?? 0, options.signal);
    }
  }
}

interface Told {
  /** The resume token; empty where none is told. */
  readonly place: string;
  /** Undefined where only the place is told. */
  readonly message: unknown;
}

async function* oneStream(
  setting: Setting,
  plan: MethodPlan,
  request: RequestFields,
  options: CallOptions,
  deadline: AbortSignal | undefined,
): AsyncGenerator<Told> {
  const call = { ...prepare(setting, plan, request, options), accept: "text/event-stream" };
  const own = new AbortController();
  const signals = [own.signal, ...[options.signal, deadline].filter((one) => one !== undefined)];
  let silence = setTimeout(() => own.abort(), SILENCE_MAX_MS);
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => own.abort(), SILENCE_MAX_MS);
  };
  const broken = (cause?: unknown) => {
    const told = (what: string, code: string) => localDetails(`${plan.method}: ${what}`, code, undefined);
    return deadline?.aborted === true
      ? new TimeoutError(told("its time is over", "DEADLINE_EXCEEDED"), { cause })
      : new ConnectionError(told("the stream broke", "UNAVAILABLE"), { cause });
  };
  try {
    const { body } = await ask(setting, call, AbortSignal.any(signals));
    for await (const { id, event, data } of readEvents(body, heard)) {
      if (event === "end") return;
      if (data === undefined) {
        yield { place: id, message: undefined };
        continue;
      }
      const json: unknown = JSON.parse(data);
      if (event === "error") throw errorOfProblem(setting.errors, json, 200, undefined, false);
      yield { place: id, message: readAnswer(setting.shapes, plan.answer, json) };
    }
    throw broken();
  } catch (error) {
    throw error instanceof StaymeshError ? error : broken(error);
  } finally {
    clearTimeout(silence);
    own.abort();
  }
}
