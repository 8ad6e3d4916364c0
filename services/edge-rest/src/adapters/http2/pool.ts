import { UNAVAILABLE } from "../../app/codes.ts";
import type { Resolve, Target } from "./address.ts";
import { type Backoff, backoffMs } from "./backoff.ts";
import { type Call, expire, finish } from "./call.ts";
import type { Clock, Timer } from "./clock.ts";
import type { Connection, ConnectionOptions } from "./connection.ts";
import { createMember, type Member } from "./member.ts";
import { statusOf } from "./status.ts";

export interface PoolOptions extends Omit<ConnectionOptions, "address" | "port" | "authority"> {
  readonly backoff: Backoff;
  /** How many calls may wait for a connection, or for a stream of one. */
  readonly queueMax: number;
  /** The least time between two look-ups of the name. */
  readonly resolveMinMs: number;
}

/** A connection to each address of one name; calls are shared out among them in turn. */
export interface Pool {
  /** Sends a call, or keeps it until it can be sent; ends it with UNAVAILABLE where nothing speaks for waiting. */
  readonly place: (call: Call) => void;
  /** Connects if need be; whether a connection is there in time. */
  readonly ready: (withinMs: number) => Promise<boolean>;
  /** Ends everything, also calls under way. */
  readonly close: () => void;
  readonly load: () => PoolLoad;
}

export interface PoolLoad {
  /** Streams that are open. */
  readonly calls: number;
  readonly queued: number;
  readonly connections: number;
}

export function createPool(target: Target, options: PoolOptions, resolve: Resolve, clock: Clock): Pool {
  let members: readonly Member[] = [];
  const retired = new Set<Member>();
  const queue = new Set<Call>();
  const waiting = new Set<() => void>();
  let cursor = Math.floor(clock.random() * 1024);
  let reason = "nothing was tried yet";
  let resolveFailures = 0;
  let resolvedAt = Number.NEGATIVE_INFINITY;
  let isResolving = false;
  let timer: Timer | undefined;
  let isClosed = false;

  const pick = (): Connection | undefined => {
    for (let tried = 0; tried < members.length; tried++) {
      cursor = (cursor + 1) % members.length;
      const connection = members[cursor]?.withRoom();
      if (connection !== undefined) return connection;
    }
    return undefined;
  };

  const isHopeful = (): boolean =>
    members.length === 0 ? resolveFailures === 0 : members.some((member) => member.isHopeful());

  const place = (call: Call): void => {
    if (call.options.deadline <= clock.now()) expire(call);
    else send(call);
  };

  const send = (call: Call) => {
    if (members.length === 0 && !isClosed) resolveIfNew();
    const connection = pick();
    if (connection !== undefined) {
      connection.open(call, place);
    } else if (!isClosed && isHopeful() && queue.size < options.queueMax) {
      queue.add(call);
      call.leaveQueue = () => queue.delete(call);
    } else {
      finish(call, statusOf(UNAVAILABLE, whyNot()));
    }
  };

  const whyNot = (): string => {
    if (isClosed) return "the connection was closed from this side";
    if (isHopeful()) return `${queue.size} calls wait for ${target.authority} already`;
    return `no connection to ${target.authority}: ${reason}`;
  };

  const endQueue = () => {
    for (const call of [...queue]) finish(call, statusOf(UNAVAILABLE, whyNot()));
  };

  const serveQueue = () => {
    for (const call of queue) {
      const connection = pick();
      if (connection === undefined) return;
      queue.delete(call);
      call.leaveQueue = undefined;
      connection.open(call, place);
    }
  };

  const heed = (why: string) => {
    reason = why;
    if (!isHopeful()) endQueue();
    resolveSoon();
  };

  const listener = {
    onRoom: () => {
      serveQueue();
      if (waiting.size > 0 && members.some((member) => member.isReady())) for (const tell of [...waiting]) tell();
    },
    onLeave: heed,
    onGone: (member: Member) => retired.delete(member),
  };

  const follow = (addresses: readonly string[]) => {
    const { port, authority } = target;
    const kept = members.filter(({ address }) => addresses.includes(address));
    const known = new Set(kept.map(({ address }) => address));
    const leaving = members.filter((member) => !kept.includes(member));
    const added = addresses
      .filter((address) => !known.has(address))
      .map((address) => createMember({ ...options, address, port, authority }, options.backoff, clock, listener));
    members = [...kept, ...added];
    for (const member of leaving) {
      retired.add(member);
      member.retire();
    }
  };

  const lookUp = async (): Promise<void> => {
    timer = undefined;
    isResolving = true;
    resolvedAt = clock.now();
    try {
      const addresses = await resolve(target.host);
      if (addresses.length === 0) throw new Error(`${target.host} has no address`);
      resolveFailures = 0;
      if (!isClosed) follow(addresses);
    } catch (error) {
      resolveFailures += 1;
      if (isClosed) return;
      if (members.length === 0) heed(error instanceof Error ? error.message : String(error));
      resolveAfter(backoffMs(options.backoff, resolveFailures, clock.random));
    } finally {
      isResolving = false;
    }
  };

  const resolveAfter = (ms: number) => {
    timer ??= clock.after(Math.max(0, ms), () => void lookUp());
  };
  const resolveSoon = () => {
    if (!isClosed && !isResolving) resolveAfter(resolvedAt + options.resolveMinMs - clock.now());
  };
  const resolveIfNew = () => {
    if (timer === undefined && !isResolving) void lookUp();
  };

  return {
    place,
    ready: (withinMs) => {
      if (members.some((member) => member.isReady())) return Promise.resolve(true);
      if (isClosed) return Promise.resolve(false);
      if (members.length === 0) resolveIfNew();
      return new Promise((answer) => {
        const stop = (isReady: boolean) => {
          patience.close();
          waiting.delete(tell);
          answer(isReady);
        };
        const tell = () => stop(!isClosed);
        const patience = clock.after(withinMs, () => stop(false));
        waiting.add(tell);
      });
    },
    close: () => {
      isClosed = true;
      timer?.close();
      const leaving = [...members, ...retired];
      members = [];
      for (const member of leaving) {
        retired.add(member);
        member.destroy();
      }
      endQueue();
      for (const tell of [...waiting]) tell();
    },
    load: () => {
      const connections = [...members, ...retired].flatMap((member) => [...member.connections]);
      const calls = connections.reduce((sum, connection) => sum + connection.active(), 0);
      return { calls, queued: queue.size, connections: connections.length };
    },
  };
}
