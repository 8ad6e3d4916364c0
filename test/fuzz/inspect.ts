/** What a process holds, after its garbage was collected. */
export interface Held {
  readonly heapBytes: number;
  /** HTTP/2 streams to the services that are open. */
  readonly streams: number;
  readonly sockets: number;
  readonly timers: number;
}

export interface Inspector {
  readonly held: () => Promise<Held>;
  readonly close: () => void;
}

type Reply = Readonly<Record<string, unknown>>;

/** Looks into a Node process that was started with --inspect on this port. */
export async function openInspector(port: number): Promise<Inspector> {
  const targets: unknown = await (await fetch(`http://127.0.0.1:${port}/json`)).json();
  const address = Array.isArray(targets) ? String(Reflect.get(targets[0], "webSocketDebuggerUrl")) : "";
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", () => reject(new Error(`nothing to inspect on ${port}`)), { once: true });
  });
  const waiting = new Map<number, (reply: Reply) => void>();
  let last = 0;
  socket.addEventListener("message", ({ data }) => {
    const reply: Reply = JSON.parse(String(data));
    waiting.get(Number(reply["id"]))?.(reply);
    waiting.delete(Number(reply["id"]));
  });
  const call = (method: string, params: object = {}): Promise<unknown> =>
    new Promise((resolve) => {
      last += 1;
      waiting.set(last, (reply) => resolve(reply["result"]));
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  const value = async (expression: string): Promise<number> =>
    Number(at(await call("Runtime.evaluate", { expression, returnByValue: true }), "result", "value"));

  return {
    held: async () => {
      // Twice, since what a finalizer lets go is garbage only afterwards.
      for (let times = 0; times < 2; times += 1) await call("HeapProfiler.collectGarbage");
      const heapBytes = Number(at(await call("Runtime.getHeapUsage"), "usedSize"));
      const resources = (kind: string) =>
        value(`process.getActiveResourcesInfo().filter((it) => it === "${kind}").length`);
      const streams = await openStreams(call);
      return { heapBytes, streams, sockets: await resources("TCPSocketWrap"), timers: await resources("Timeout") };
    },
    close: () => socket.close(),
  };
}

const COUNT = `function () {
  return this.filter((it) => it.constructor?.name === "ClientHttp2Stream" && it._readableState !== undefined && !it.destroyed).length;
}`;

async function openStreams(call: (method: string, params?: object) => Promise<unknown>): Promise<number> {
  const objectGroup = "fuzz";
  const expression = `process.getBuiltinModule("node:stream").Duplex.prototype`;
  const prototype = at(await call("Runtime.evaluate", { expression, objectGroup }), "result", "objectId");
  const objects = at(
    await call("Runtime.queryObjects", { prototypeObjectId: prototype, objectGroup }),
    "objects",
    "objectId",
  );
  const counted = await call("Runtime.callFunctionOn", {
    objectId: objects,
    functionDeclaration: COUNT,
    returnByValue: true,
  });
  await call("Runtime.releaseObjectGroup", { objectGroup });
  return Number(at(counted, "result", "value"));
}

function at(holder: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>(
    (value, name) => (typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined),
    holder,
  );
}
