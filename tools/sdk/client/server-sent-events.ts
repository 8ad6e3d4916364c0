export interface ServerSentEvent {
  /** Empty where the event has none. */
  readonly id: string;
  readonly event: string;
  /** Undefined where a place is told and nothing that happened there. */
  readonly data: string | undefined;
}

const EVENT_MAX = 16 * 1024 * 1024;

/** The events of a text/event-stream body; `heard` is told of every chunk, a heartbeat's too. */
export async function* readEvents(
  body: ReadableStream<Uint8Array> | null,
  heard: () => void,
): AsyncGenerator<ServerSentEvent> {
  if (body === null) return;
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = "";
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      heard();
      rest += decoder.decode(next.value, { stream: true });
      const blocks = rest.split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? "";
      if (rest.length > EVENT_MAX) throw new Error("an event of the stream is too long");
      for (const block of blocks) {
        const event = parse(block);
        if (event !== undefined) yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

function parse(block: string): ServerSentEvent | undefined {
  let id = "";
  let event = "message";
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name === "id") id = value ?? "";
    if (name === "event") event = value ?? "";
    if (name === "data") data.push(value ?? "");
  }
  if (data.length > 0) return { id, event, data: data.join("\n") };
  return id === "" ? undefined : { id, event, data: undefined };
}
