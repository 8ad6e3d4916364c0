import { type Client, openClient } from "./client.ts";
import { type Draft, toWire } from "./draft.ts";
import { judge, type Verdict } from "./judge.ts";
import { malformed } from "./malformed.ts";
import type { SoundOptions } from "./sound.ts";

export interface FuzzOptions extends Omit<SoundOptions, "host"> {
  readonly host: string;
  readonly port: number;
  readonly seed: number;
  /** The numbers of the requests: from `first`, so many. */
  readonly first: number;
  readonly requests: number;
  readonly atOnce: number;
  /** Called now and then, with how many are through; nothing is sent meanwhile. */
  readonly pause?: Pause;
}

export interface Pause {
  readonly every: number;
  readonly look: (through: number) => Promise<void>;
  /** Asked after each look. */
  readonly isOver?: () => boolean;
}

export interface Fuzzed {
  /** How often each outcome was seen, by what was seen. */
  readonly seen: ReadonlyMap<string, number>;
  /** The same for those with one defect only, in front of which everything was sound. */
  readonly seenOfOne: ReadonlyMap<string, number>;
  readonly defects: ReadonlyMap<string, number>;
  readonly failures: readonly string[];
}

const ANSWER_WITHIN_MS = 30_000;
const PATIENCE_MS = 40;
const WAIT_MS = 150;
const FAILURES_MAX = 20;

/** Sends malformed requests and tells what came of them; never throws for what the edge does. */
export async function fuzz(options: FuzzOptions): Promise<Fuzzed> {
  const tally = {
    seen: new Map<string, number>(),
    seenOfOne: new Map<string, number>(),
    defects: new Map<string, number>(),
  };
  const failures: string[] = [];
  const { first, requests, atOnce, pause } = options;
  const batch = pause?.every ?? requests;
  for (let from = first; from < first + requests && failures.length < FAILURES_MAX; from += batch) {
    const end = Math.min(from + batch, first + requests);
    let next = from;
    const work = async (): Promise<void> => {
      const client = openClient(options.host, options.port);
      while (next < end && failures.length < FAILURES_MAX) {
        const index = next++;
        const draft = malformed({ ...options, host: `${options.host}:${options.port}` }, options.seed, index);
        const verdict = await ask(client, draft);
        count(tally.seen, verdict.seen);
        if (draft.defects.length === 1) count(tally.seenOfOne, verdict.seen);
        for (const defect of draft.defects) count(tally.defects, defect);
        if (verdict.problem !== undefined) failures.push(told(options.seed, index, draft, verdict));
      }
      client.close();
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    await pause?.look(end - first);
    if (pause?.isOver?.() === true) break;
  }
  return { ...tally, failures };
}

async function ask(client: Client, draft: Draft): Promise<Verdict> {
  const { verb } = draft;
  const mayWait = saysMore(draft);
  const patienceMs = mayWait ? WAIT_MS : PATIENCE_MS;
  return judge(draft, await client.send(toWire(draft), { verb, timeoutMs: ANSWER_WITHIN_MS, patienceMs, mayWait }));
}

const FRAMES = new Set(["content-length", "transfer-encoding", "expect", "upgrade", "connection"]);

/** What is announced and never comes is waited for, as it should be. */
function saysMore({ framing, headers }: Draft): boolean {
  return /^(says|chunks|raw)$/.test(framing.kind) || headers.some(([name]) => FRAMES.has(name));
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Everything that it takes to send the same again. */
function told(seed: number, index: number, draft: Draft, { problem }: Verdict): string {
  const bytes = toWire(draft).bytes;
  return [
    `${draft.door} ${draft.method.fullName}, with ${draft.defects.join(" and ")}: ${problem}`,
    `  again: npm run fuzz -- --seed ${seed} --first ${index} --requests 1`,
    `  bytes: ${JSON.stringify(bytes.subarray(0, 1500).toString("latin1"))}${bytes.length > 1500 ? ` and ${bytes.length - 1500} more` : ""}`,
  ].join("\n");
}
