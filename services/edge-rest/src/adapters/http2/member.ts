import { type Backoff, backoffMs } from "./backoff.ts";
import type { Clock, Timer } from "./clock.ts";
import { type Connection, type ConnectionOptions, type Leave, openConnection } from "./connection.ts";

/** One address of a pool, and the connection that is kept to it. */
export interface Member {
  readonly address: string;
  /** The connection, if it takes a further call. */
  readonly withRoom: () => Connection | undefined;
  readonly isReady: () => boolean;
  /** Whether it is worth to wait for: it is there, or nothing is known against it. */
  readonly isHopeful: () => boolean;
  /** Makes no new connection; the calls that it has go on. */
  readonly retire: () => void;
  readonly destroy: () => void;
  /** The current one, and those that are on their way out. */
  readonly connections: ReadonlySet<Connection>;
}

export interface MemberListener {
  readonly onRoom: () => void;
  readonly onLeave: (reason: string) => void;
  /** Nothing is left of a member that was retired. */
  readonly onGone: (member: Member) => void;
}

/** Connects at once, and again whenever the connection is lost: first at once, then ever more seldom. */
export function createMember(
  options: ConnectionOptions,
  backoff: Backoff,
  clock: Clock,
  listener: MemberListener,
): Member {
  // One that is on its way out beside one that has taken its place.
  const connections = new Set<Connection>();
  let current: Connection | undefined;
  let failures = 0;
  let keepaliveMs = options.keepaliveMs;
  let timer: Timer | undefined;
  let isRetired = false;

  const connect = () => {
    const startedAt = clock.now();
    const connection = openConnection({ ...options, keepaliveMs }, clock, {
      onReady: () => {
        failures = 0;
        listener.onRoom();
      },
      onRoom: listener.onRoom,
      onLeave: (leave) => left(connection, leave, startedAt),
      onClose: () => {
        connections.delete(connection);
        if (isRetired && connections.size === 0) listener.onGone(member);
      },
    });
    connections.add(connection);
    current = connection;
  };

  const left = (connection: Connection, { reason, pingedTooOften }: Leave, startedAt: number) => {
    // Doubling is what gRFC A8 asks for.
    if (pingedTooOften) keepaliveMs *= 2;
    const wasReady = connection.wasReady();
    failures = wasReady ? 0 : failures + 1;
    current = undefined;
    if (isRetired) return;
    // A server that takes each connection and drops it is not asked more often than one that takes none.
    const wait = startedAt + backoffMs(backoff, failures, clock.random) - clock.now();
    timer = clock.after(Math.max(0, wait), connect);
    listener.onLeave(reason);
  };

  const retire = () => {
    isRetired = true;
    timer?.close();
    current?.retire();
    if (connections.size === 0) listener.onGone(member);
  };
  const member: Member = {
    address: options.address,
    withRoom: () => (current?.hasRoom() === true ? current : undefined),
    isReady: () => current?.isReady() === true,
    isHopeful: () => failures === 0,
    retire,
    destroy: () => {
      isRetired = true;
      timer?.close();
      if (connections.size === 0) listener.onGone(member);
      for (const connection of connections) connection.destroy();
    },
    connections,
  };
  connect();
  return member;
}
