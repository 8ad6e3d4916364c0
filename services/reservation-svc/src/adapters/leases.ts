import type { Leases, ReservationStore } from "../app/ports.ts";

export interface RunningLeases extends Leases {
  /** Keeps what is being worked on. */
  readonly renew: () => Promise<void>;
}

/** The sagas that this process drives. One that is worked on by two hands is held until both have let go. */
export function openLeases(owner: string, store: Pick<ReservationStore, "renewLeases">): RunningLeases {
  const held = new Map<string, number>();
  return {
    owner,
    hold: (id) => {
      held.set(id, (held.get(id) ?? 0) + 1);
    },
    drop: (id) => {
      const hands = (held.get(id) ?? 1) - 1;
      if (hands > 0) held.set(id, hands);
      else held.delete(id);
    },
    renew: async () => {
      if (held.size > 0) await store.renewLeases(owner, [...held.keys()]);
    },
  };
}
