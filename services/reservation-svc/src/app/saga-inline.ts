import { type CallContext, Refusal } from "@staymesh/service-kit";
import type { Reservation } from "../domain/reservation.ts";
import { waitSeconds } from "../domain/saga.ts";
import type { Loaded, Ports } from "./ports.ts";
import { fresh, inProgress, type Reply, restored } from "./reply.ts";
import { type Advance, advance, answerPending } from "./saga-driver.ts";

/** How long a caller waits for a payment service that gives no answer, before it is told that the payment is open. */
const PATIENCE_MS = 3000;
/** What is left of the call's time after the last question to the payment service. */
const MARGIN_MS = 500;
/** The longest that one step may take where no caller waits. */
const STEP_MS = 9000;

/** Drives the saga until the request has its answer; the rest goes on without the caller. */
export async function driveInline(ports: Ports, start: Loaded, call: CallContext): Promise<Reply<Reservation>> {
  const id = start.reservation.id;
  const deadlineMs = call.deadlineMs - MARGIN_MS;
  const patienceMs = Math.min(deadlineMs, ports.clock().getTime() + PATIENCE_MS);
  ports.leases.hold(id);
  let going = false;
  try {
    let loaded = start;
    for (;;) {
      let step = await advance(ports, loaded, deadlineMs);
      if (step.kind === "WAIT" && step.answer === undefined) step = await waitOrAnswer(ports, step, patienceMs);
      if (step.kind === "LOST") return await othersAnswer(ports, start, call);
      loaded = step.loaded;
      if (step.answer === undefined) {
        if (step.kind === "END") return await othersAnswer(ports, start, call);
        continue;
      }
      going = step.kind === "ON" && driveLater(ports, loaded);
      if (step.answer instanceof Refusal) throw step.answer;
      return fresh(step.answer);
    }
  } finally {
    if (!going) ports.leases.drop(id);
  }
}

async function waitOrAnswer(
  ports: Ports,
  step: Extract<Advance, { kind: "WAIT" }>,
  patienceMs: number,
): Promise<Advance> {
  const pauseMs = waitSeconds(step.loaded.saga?.attempts ?? 0) * 1000;
  if (step.open || ports.clock().getTime() + pauseMs > patienceMs) return answerPending(ports, step.loaded);
  await ports.pause(pauseMs);
  return { kind: "ON", loaded: step.loaded };
}

/** The saga was taken over, and with it the answer. */
async function othersAnswer(ports: Ports, start: Loaded, call: CallContext): Promise<Reply<Reservation>> {
  const requestId = start.saga?.requestId;
  if (requestId === undefined) throw inProgress();
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 2, 250)) {
    const stored = await ports.reservations.stored(start.reservation.partner, requestId);
    if (stored?.refusal !== undefined) throw restored(stored.refusal);
    if (stored?.answer !== undefined) return { kind: "replayed", answer: stored.answer, booker: stored.booker };
    if (ports.clock().getTime() + pauseMs > call.deadlineMs - MARGIN_MS / 2) throw inProgress();
    await ports.pause(pauseMs);
  }
}

/** Drives what no caller waits for, in the background; false where there is no room and the sweeper will find it. */
export function driveLater(ports: Ports, loaded: Loaded): boolean {
  const id = loaded.reservation.id;
  ports.leases.hold(id);
  const taken = ports.background.run(() => driveToRest(ports, loaded));
  if (!taken) ports.leases.drop(id);
  return taken;
}

/** Takes every step that can be taken now. */
export async function driveToRest(ports: Ports, start: Loaded): Promise<void> {
  const id = start.reservation.id;
  ports.leases.hold(id);
  try {
    let loaded = start;
    for (;;) {
      const step = await advance(ports, loaded, ports.clock().getTime() + STEP_MS);
      if (step.kind === "LOST" || step.kind === "END") return;
      if (step.kind === "WAIT") {
        if (step.loaded.saga?.requestId !== undefined) await answerPending(ports, step.loaded);
        return;
      }
      loaded = step.loaded;
    }
  } finally {
    ports.leases.drop(id);
  }
}
