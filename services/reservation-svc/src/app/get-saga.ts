import type { CallContext } from "@staymesh/service-kit";
import { notFound } from "../domain/refusals.ts";
import type { Reservation } from "../domain/reservation.ts";
import { dueStep, type SagaState, type SagaStep } from "../domain/saga.ts";
import { loadByName } from "./change-reservation.ts";
import type { Ports } from "./ports.ts";

export interface SagaView {
  readonly name: string;
  readonly state: SagaState;
  readonly dueStep: string;
  readonly attempts: number;
  readonly nextRunTime: Date | undefined;
  readonly steps: readonly SagaStep[];
}

/** How far the payment of a reservation has come; without a payment, what its hold came to. */
export async function getSaga(ports: Ports, name: string, call: CallContext): Promise<SagaView> {
  const loaded = await loadByName(ports, call.principal.partner, name.replace(/\/saga$/, ""));
  if (loaded === undefined) throw notFound(name);
  const { reservation, saga } = loaded;
  if (saga === undefined) return unpaid(name, reservation);
  const running = saga.state === "RUNNING";
  return {
    name,
    state: saga.state,
    dueStep: dueStep(saga),
    attempts: running ? saga.attempts : 0,
    nextRunTime: running ? saga.nextRunTime : undefined,
    steps: saga.steps,
  };
}

function unpaid(name: string, reservation: Reservation): SagaView {
  const succeeded = (step: string, time: Date): SagaStep => ({ step, outcome: "SUCCEEDED", time });
  const { state, createTime, updateTime, confirmTime } = reservation;
  const released = state === "RELEASED" || state === "EXPIRED";
  return {
    name,
    state: released ? "COMPENSATED" : "DONE",
    dueStep: "",
    attempts: 0,
    nextRunTime: undefined,
    steps: [
      succeeded("HOLD", createTime),
      ...(confirmTime === undefined ? [] : [succeeded("CONFIRM", confirmTime)]),
      ...(released ? [succeeded("RELEASE", updateTime)] : []),
    ],
  };
}
