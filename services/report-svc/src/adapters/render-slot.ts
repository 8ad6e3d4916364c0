import { type ChildProcess, fork } from "node:child_process";
import { readFile } from "node:fs/promises";
import {
  type DocumentOrder,
  type FromRenderProcess,
  type RenderedDocument,
  RenderFailure,
  type ToRenderProcess,
} from "../app/ports.ts";

/** Bounds of one rendering process. */
export interface RenderBounds {
  /** For one document, from the order to the answer. */
  readonly timeoutMs: number;
  readonly memoryBytesMax: number;
  /** After so many documents the process is replaced, since a compiler's memory only grows. */
  readonly documentsMax: number;
}

/** One rendering process, replaced whenever it has to be killed or has done enough. */
export interface RenderSlot {
  readonly render: (order: DocumentOrder, signal: AbortSignal) => Promise<RenderedDocument>;
  readonly ready: () => boolean;
  readonly close: () => Promise<void>;
}

interface Life {
  readonly child: ChildProcess;
  readonly started: Promise<void>;
  readonly exited: Promise<void>;
  documents: number;
}

const START_TIMEOUT_MS = 20_000;
const LOOK_EVERY_MS = 100;
const PAGE_BYTES = 4096;

/** Opens a slot with a warm process of the given module. */
export function renderSlot(module: URL, bounds: RenderBounds): RenderSlot {
  let closed = false;
  let isReady = false;
  let life = begin();

  function begin(): Life {
    isReady = false;
    // Buffers cross unharmed in this serialization. Nothing of our own environment is passed on: it holds keys.
    const child = fork(module, { serialization: "advanced", env: {}, execArgv: [] });
    child.on("error", () => {});
    const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    const started = new Promise<void>((resolve, reject) => {
      child.once("message", () => {
        isReady = true;
        resolve();
      });
      void exited.then(() => reject(new RenderFailure("FAULT", "the rendering process does not start")));
    });
    started.catch(() => {});
    return { child, started, exited, documents: 0 };
  }

  const replace = (ending: Life) => {
    ending.child.kill("SIGKILL");
    if (!closed && life === ending) life = begin();
  };

  return {
    ready: () => isReady,

    async render(order, signal) {
      if (life.child.exitCode !== null || life.child.signalCode !== null) life = begin();
      const current = life;
      try {
        await within(START_TIMEOUT_MS, signal, current.started);
        const document = await ask(current, order, signal, bounds);
        current.documents += 1;
        if (current.documents >= bounds.documentsMax) replace(current);
        return document;
      } catch (error) {
        // Also where a document fails in good order: the next one begins in a compiler that nothing has happened to.
        replace(current);
        throw error;
      }
    },

    async close() {
      closed = true;
      life.child.kill("SIGKILL");
      await life.exited;
    },
  };
}

function ask(
  { child, exited }: Life,
  order: DocumentOrder,
  signal: AbortSignal,
  { timeoutMs, memoryBytesMax }: RenderBounds,
): Promise<RenderedDocument> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(deadline);
      clearInterval(watch);
      signal.removeEventListener("abort", onAbort);
      child.off("message", onMessage);
      act();
    };
    const fail = (cause: RenderFailure["failure"], message: string) =>
      settle(() => reject(new RenderFailure(cause, message)));
    const onAbort = () => settle(() => reject(signal.reason));
    const onMessage = (message: FromRenderProcess) => {
      if (message.type === "done") {
        const { bytes, ...rest } = message.document;
        settle(() => resolve({ ...rest, bytes: Buffer.from(bytes) }));
      }
      if (message.type === "failed") fail("FAULT", message.message);
    };
    const deadline = setTimeout(() => fail("TIMED_OUT", `the document took more than ${timeoutMs} ms`), timeoutMs);
    const watch = setInterval(async () => {
      const bytes = await residentBytes(child.pid);
      if (bytes > memoryBytesMax)
        fail("OUT_OF_MEMORY", `the document took more than ${memoryBytesMax} bytes of memory`);
    }, LOOK_EVERY_MS);
    void exited.then(() => fail("FAULT", "the rendering process ended in the middle of a document"));
    signal.addEventListener("abort", onAbort, { once: true });
    child.on("message", onMessage);
    if (signal.aborted) return onAbort();
    const message: ToRenderProcess = { order };
    child.send(message, (error) => {
      if (error !== null) fail("FAULT", "the rendering process cannot be reached");
    });
  });
}

// 0 where the system does not tell: then the deadline is the only bound.
async function residentBytes(pid: number | undefined): Promise<number> {
  try {
    const [, pages] = (await readFile(`/proc/${pid}/statm`, "utf8")).split(" ");
    return Number(pages) * PAGE_BYTES;
  } catch {
    return 0;
  }
}

async function within(ms: number, signal: AbortSignal, started: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new RenderFailure("FAULT", "the rendering process does not start")), ms);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  bound.catch(() => {});
  try {
    signal.throwIfAborted();
    await Promise.race([started, bound]);
  } finally {
    clearTimeout(timer);
  }
}
