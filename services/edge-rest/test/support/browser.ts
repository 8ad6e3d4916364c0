import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const CANDIDATES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser of this machine, if it has one. */
export function findBrowser(): string | undefined {
  return CANDIDATES.find((path) => existsSync(path));
}

/** What one page did while it loaded. */
export interface Visit {
  /** Every address that was asked for, also those that were refused. */
  readonly requested: readonly string[];
  /** What the console and the security policy had to say against it. */
  readonly complaints: readonly string[];
  readonly text: string;
}

/** A button to press once it is there, and a word that then comes. */
export interface Press {
  readonly button: string;
  readonly word: string;
}

/** Opens a page, waits until its text holds a word, and presses buttons one after the other. */
export async function visit(
  browser: string,
  address: string,
  word: string,
  presses: readonly Press[] = [],
): Promise<Visit> {
  const profile = await mkdtemp(join(tmpdir(), "docs-page-"));
  const flags = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1400,1000",
    "--remote-debugging-port=0",
    `--user-data-dir=${profile}`,
    "about:blank",
  ];
  const child = spawn(browser, flags, { stdio: "ignore" });
  try {
    const port = await debuggingPort(child, join(profile, "DevToolsActivePort"));
    return await watch(port, address, word, presses);
  } finally {
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function debuggingPort(child: ChildProcess, file: string): Promise<string> {
  while (child.exitCode === null) {
    const [port] = existsSync(file) ? (await readFile(file, "utf8")).split("\n") : [];
    if (port !== undefined && port !== "") return port;
    await once(AbortSignal.timeout(50), "abort");
  }
  throw new Error("the browser did not start");
}

interface DevToolsMessage {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
}

async function watch(port: string, address: string, word: string, presses: readonly Press[]): Promise<Visit> {
  const created = await fetch(`http://127.0.0.1:${port}/json/new?about:blank`, { method: "PUT" });
  const { webSocketDebuggerUrl } = (await created.json()) as { readonly webSocketDebuggerUrl: string };
  const socket = new WebSocket(webSocketDebuggerUrl);
  await once(socket, "open");
  const requested: string[] = [];
  const complaints: string[] = [];
  const waiting = new Map<number, (message: DevToolsMessage) => void>();
  socket.addEventListener("message", ({ data }) => {
    const message = JSON.parse(String(data)) as DevToolsMessage;
    if (message.id !== undefined) waiting.get(message.id)?.(message);
    if (message.method === "Network.requestWillBeSent") requested.push(textAt(message.params, "request", "url"));
    if (message.method === "Log.entryAdded") complaints.push(textAt(message.params, "entry", "text"));
  });
  let last = 0;
  const send = (method: string, params: object = {}): Promise<DevToolsMessage> => {
    last += 1;
    const id = last;
    socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve) => waiting.set(id, resolve));
  };
  for (const domain of ["Network", "Log", "Page"]) await send(`${domain}.enable`);
  await send("Page.navigate", { url: address });
  const end = Date.now() + 45_000;
  const evaluate = async (expression: string): Promise<string> =>
    textAt((await send("Runtime.evaluate", { expression })).result, "result", "value");
  const until = async (expression: string, isDue: (value: string) => boolean): Promise<string> => {
    let value = await evaluate(expression);
    while (!isDue(value) && Date.now() < end) {
      await once(AbortSignal.timeout(100), "abort");
      value = await evaluate(expression);
    }
    return value;
  };
  let text = await until(PAGE_TEXT, (value) => value.includes(word));
  for (const press of presses) {
    await until(pressing(press.button), (value) => value === "true");
    text = await until(PAGE_TEXT, (value) => value.includes(press.word));
  }
  socket.close();
  return { requested, complaints, text };
}

const PAGE_TEXT = "document.body?.innerText ?? ''";

/** Presses the first visible button with these words; says whether there was one. */
const pressing = (words: string): string => `String((() => {
  const button = [...document.querySelectorAll("button")]
    .find((one) => one.checkVisibility() && one.innerText.trim().startsWith(${JSON.stringify(words)}));
  button?.click();
  return button !== undefined;
})())`;

function textAt(holder: Readonly<Record<string, unknown>> | undefined, outer: string, inner: string): string {
  const within: unknown = holder?.[outer];
  return typeof within === "object" && within !== null ? String(Reflect.get(within, inner) ?? "") : "";
}
