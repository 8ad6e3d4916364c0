import { isFieldSet, type Message } from "@bufbuild/protobuf";
import { passedHeaders, rawParts } from "./answer.ts";
import type { Plan } from "./plan.ts";
import type { EdgeRequest, EdgeResponse, StreamCall } from "./ports.ts";

/** The body of problem+json for whatever went wrong in a stream that has begun. */
export type TellProblem = (error: unknown) => object;

/** A stream that says nothing for so long is opened all the same, so that its client knows it is heard. */
const OPEN_AFTER_MS = 2000;
const HEARTBEAT = Buffer.from(": still here\n\n");
const RETRY_MS = 2000;

/** The HTTP answer to a stream of messages. Rejects with the call's own error where it ends before its first message. */
export async function streamAnswer(
  plan: Plan,
  call: StreamCall,
  request: EdgeRequest,
  tell: TellProblem,
): Promise<EdgeResponse> {
  const messages = call.messages[Symbol.asyncIterator]();
  const first = messages.next();
  // Whoever reads on hears of a failure; a client that left in between must not make it a fault of the process.
  first.catch(() => {});
  const opened = await firstWithin(first, OPEN_AFTER_MS);
  const rest = continued(first, messages);
  if (plan.output.kind === "raw") return rawStream(plan, call, opened ?? (await first), rest);
  const form = wantsEvents(request) ? eventForm(plan) : linesForm(plan, request);
  return {
    status: 200,
    headers: { ...passedHeaders(call.headers()), "content-type": form.contentType, "x-accel-buffering": "no" },
    content: {
      kind: "stream",
      chunks: written(plan, rest, form, tell),
      heartbeat: form.heartbeat,
      cancel: call.cancel,
    },
  };
}

type Next = IteratorResult<Buffer>;

/** Undefined where the time is over first; the promise of the first message stays for later. */
async function firstWithin(first: Promise<Next>, withinMs: number): Promise<Next | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, withinMs, undefined);
  });
  try {
    return await Promise.race([first, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function* continued(first: Promise<Next>, messages: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  for (let next = await first; next.done !== true; next = await messages.next()) yield next.value;
}

interface Form {
  readonly contentType: string;
  readonly heartbeat: Buffer | undefined;
  readonly opening: string;
  readonly message: (json: string, message: Message) => string;
  readonly problem: (body: object) => string;
  readonly closing: string;
}

async function* written(
  plan: Plan,
  messages: AsyncIterable<Buffer>,
  form: Form,
  tell: TellProblem,
): AsyncGenerator<Buffer> {
  const { output } = plan;
  if (form.opening !== "") yield Buffer.from(form.opening);
  try {
    for await (const bytes of messages) {
      const message = plan.decode(bytes);
      const json = output.kind === "json" || output.kind === "field" ? output.write(message) : "{}";
      yield Buffer.from(form.message(json, message));
    }
  } catch (error) {
    yield Buffer.from(form.problem(tell(error)));
    return;
  }
  if (form.closing !== "") yield Buffer.from(form.closing);
}

function wantsEvents({ headers }: EdgeRequest): boolean {
  return (headers["accept"] ?? "").toLowerCase().includes("text/event-stream");
}

function linesForm(_plan: Plan, { headers }: EdgeRequest): Form {
  const asked = (headers["accept"] ?? "").toLowerCase();
  return {
    contentType: asked.includes("application/x-ndjson") ? "application/x-ndjson" : "application/jsonl",
    heartbeat: undefined,
    opening: "",
    message: (json) => `{"result":${json}}\n`,
    problem: (body) => `${JSON.stringify({ error: body })}\n`,
    closing: "",
  };
}

function eventForm({ resumeField, route }: Plan): Form {
  const others = route.method.output.fields.filter((field) => field !== resumeField);
  const isPlace = (message: Message): boolean =>
    resumeField !== undefined &&
    isFieldSet(message, resumeField) &&
    !others.some((field) => isFieldSet(message, field));
  const idOf = (message: Message): string => {
    const token: unknown = resumeField === undefined ? undefined : Reflect.get(message, resumeField.localName);
    return typeof token === "string" && /^[^\0\r\n]+$/.test(token) ? `id: ${token}\n` : "";
  };
  return {
    contentType: "text/event-stream",
    heartbeat: HEARTBEAT,
    opening: `retry: ${RETRY_MS}\n\n`,
    // A place alone is no event: a browser remembers the id and wakes nobody.
    message: (json, message) => (isPlace(message) ? `${idOf(message)}\n` : `${idOf(message)}data: ${json}\n\n`),
    problem: (body) => `event: error\ndata: ${JSON.stringify(body)}\n\n`,
    // Without it a browser takes the end for an accident and begins again.
    closing: "event: end\ndata: {}\n\n",
  };
}

/** Chunks of one file. A failure after the first one cuts the connection, so that half a file never looks whole. */
async function rawStream(
  plan: Plan,
  call: StreamCall,
  opened: Next,
  messages: AsyncIterable<Buffer>,
): Promise<EdgeResponse> {
  const field = plan.output.kind === "raw" ? plan.output.field : undefined;
  const partsOf = (bytes: Buffer) => {
    const message = plan.decode(bytes);
    return rawParts(field === undefined ? message : Reflect.get(message, field.localName));
  };
  const contentType = opened.done === true ? "application/octet-stream" : partsOf(opened.value).contentType;
  async function* data(): AsyncGenerator<Buffer> {
    for await (const bytes of messages) {
      const chunk = partsOf(bytes).data;
      if (chunk.length > 0) yield chunk;
    }
  }
  return {
    status: 200,
    headers: { ...passedHeaders(call.headers()), "content-type": contentType },
    content: { kind: "stream", chunks: data(), heartbeat: undefined, cancel: call.cancel },
  };
}
