import { fromBinary } from "@bufbuild/protobuf";
import type { FanOut, MethodFacts } from "@staymesh/contract";
import { CANCELLED, INTERNAL, UNIMPLEMENTED } from "./codes.ts";
import { type UnaryAnswer, type UnaryCall, type Upstream, UpstreamError } from "./ports.ts";

/** What became of one of the calls of a fan-out. */
export type Heard =
  /** `rank` is the number of the field that says how much the answer knows. */
  { readonly answer: UnaryAnswer; readonly rank: number } | { readonly error: unknown };

/** Who answers a method: its service, or several together; undefined where somebody of them has no address. */
export function upstreamOf(method: MethodFacts, upstreams: ReadonlyMap<string, Upstream>): Upstream | undefined {
  const { fanOut } = method;
  if (fanOut === undefined) return upstreams.get(method.service);
  const places = fanOut.asked.flatMap(({ service, path }) => {
    const upstream = upstreams.get(service);
    return upstream === undefined ? [] : [{ path, upstream }];
  });
  return places.length < fanOut.asked.length ? undefined : together(method, fanOut, places);
}

/**
 * Of what was heard, what the caller is told: the answer that knows most, and of equal ones the first. An error is told instead unless
 * an answer knows everything, since whoever could not be asked might have known more.
 */
export function bestOf(heard: readonly Heard[], best: number): Heard | undefined {
  const answers = heard.filter((each) => "answer" in each);
  const most = answers.reduce((one, other) => (one === undefined || other.rank > one.rank ? other : one), answers[0]);
  if (most !== undefined && most.rank >= best) return most;
  return heard.find((each) => "error" in each) ?? most;
}

interface Place {
  readonly path: string;
  readonly upstream: Upstream;
}

/** Several places as if they were one. */
function together(method: MethodFacts, fanOut: FanOut, places: readonly Place[]): Upstream {
  const all = places.map(({ upstream }) => upstream);
  return {
    address: all.map(({ address }) => address).join(" "),
    unary: (request, options, repeatable) => {
      const calls = places.map(({ path, upstream }) => upstream.unary(request, { ...options, path }, repeatable));
      return bestCall(calls, fanOut.best, (answer) => rankOf(method, fanOut, answer));
    },
    // The contract takes no stream for a fan-out, so that nobody comes here.
    stream: () => ({
      messages: noStream(method),
      headers: () => ({}),
      cancel: () => {},
    }),
    reachable: async (withinMs) => {
      const reached = await Promise.all(all.map((upstream) => upstream.reachable(withinMs)));
      return reached.every(Boolean);
    },
    // They are closed by whoever opened them.
    close: () => {},
  };
}

/** Waits for all calls, or for the first answer that knows everything; the others are cancelled then. */
function bestCall(calls: readonly UnaryCall[], best: number, rank: (answer: UnaryAnswer) => number): UnaryCall {
  const { promise: answer, resolve, reject } = Promise.withResolvers<UnaryAnswer>();
  const heard: (Heard | undefined)[] = calls.map(() => undefined);
  const cancel = () => {
    for (const call of calls) call.cancel();
  };
  const tell = (told: Heard | undefined) => {
    if (told !== undefined && "answer" in told) resolve(told.answer);
    else reject(told?.error ?? new UpstreamError(CANCELLED, "nobody was asked", undefined));
  };
  const hear = (index: number, news: Heard) => {
    heard[index] = news;
    if ("answer" in news && news.rank >= best) {
      tell(news);
      cancel();
    } else if (heard.every((each) => each !== undefined)) {
      tell(bestOf(heard, best));
    }
  };
  for (const [index, call] of calls.entries()) {
    call.answer
      .then((each): Heard => ({ answer: each, rank: rank(each) }))
      .catch((error: unknown): Heard => ({ error }))
      .then((news) => hear(index, news));
  }
  return { answer, cancel };
}

function rankOf({ output }: MethodFacts, { bestBy }: FanOut, { message }: UnaryAnswer): number {
  const value: unknown = Reflect.get(fromBinary(output, message), bestBy.localName);
  if (typeof value === "number") return value;
  throw new UpstreamError(INTERNAL, `an answer does not say its ${bestBy.name}`, undefined);
}

// biome-ignore lint/correctness/useYield: it fails before there is anything to give.
async function* noStream({ fullName }: MethodFacts): AsyncGenerator<Buffer> {
  throw new UpstreamError(UNIMPLEMENTED, `${fullName} is no stream`, undefined);
}
