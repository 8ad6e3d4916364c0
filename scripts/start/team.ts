import { killGroup } from "../parts/kept-process.ts";
import type { Watch } from "./infrastructure.ts";
import type { Supervised } from "./supervise.ts";
import { supervise } from "./supervise.ts";

export interface Team {
  readonly watch: Watch;
  isStopping(): boolean;
  // What the first Ctrl-C does; a second one kills whatever is left.
  onSignal(stop: () => Promise<void>): void;
  // The reverse of the start: nothing loses what it needs before it has ended itself.
  stop(): Promise<void>;
}

class Interrupted extends Error {}

export function openTeam(note: (pids: readonly number[]) => void): Team {
  const members: { readonly place: number; readonly member: Supervised }[] = [];
  let places = 0;
  let stopping = false;
  let firstAt = 0;
  const pids = () => members.flatMap(({ member }) => member.pid() ?? []);
  const events = {
    died: (name: string, how: string, againInMs: number) =>
      console.log(`${name} ended (${how}); it is started again in ${againInMs / 1000} s`),
    restarted: (name: string) => {
      note(pids());
      console.log(`${name} is up again`);
    },
  };
  return {
    watch: async (name, start) => {
      if (stopping) throw new Interrupted("The start was interrupted.");
      places += 1;
      const place = places;
      const member = await supervise(name, start, events);
      if (stopping) {
        await member.stop();
        throw new Interrupted("The start was interrupted.");
      }
      members.push({ place, member });
      note(pids());
      return member;
    },
    isStopping: () => stopping,
    onSignal: (stop) => {
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
        process.on(signal, () => {
          // One Ctrl-C may arrive twice, from the terminal and from the parent process.
          if (stopping && performance.now() - firstAt < 1_000) return;
          if (stopping) {
            for (const pid of pids()) killGroup(pid);
            process.exit(130);
          }
          stopping = true;
          firstAt = performance.now();
          console.log("\nstopping ...");
          void stop();
        });
      }
    },
    stop: async () => {
      stopping = true;
      for (const { member } of members.toSorted((a, b) => b.place - a.place)) await member.stop();
    },
  };
}
