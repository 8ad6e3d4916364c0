import type { Renderer } from "../app/ports.ts";
import { type RenderBounds, type RenderSlot, renderSlot } from "./render-slot.ts";

export interface RenderPoolOptions extends RenderBounds {
  /** The module that the rendering processes run. */
  readonly module: URL;
  readonly processes: number;
}

/** A few rendering processes, each with one document at a time; who finds none free waits for its turn. */
export interface RenderPool extends Renderer {
  readonly ready: () => boolean;
  readonly close: () => Promise<void>;
}

/** Opens the pool and its processes. How many wait is bounded by who calls: a worker has a fixed number of jobs. */
export function renderPool({ module, processes, ...bounds }: RenderPoolOptions): RenderPool {
  const slots = Array.from({ length: processes }, () => renderSlot(module, bounds));
  const free: RenderSlot[] = [...slots];
  const waiting: ((slot: RenderSlot) => void)[] = [];

  const take = (): Promise<RenderSlot> => {
    const slot = free.pop();
    return slot === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(slot);
  };
  const give = (slot: RenderSlot) => {
    const next = waiting.shift();
    if (next === undefined) free.push(slot);
    else next(slot);
  };

  return {
    async render(order, signal) {
      const slot = await take();
      try {
        signal.throwIfAborted();
        return await slot.render(order, signal);
      } finally {
        give(slot);
      }
    },
    ready: () => slots.some((slot) => slot.ready()),
    close: async () => {
      await Promise.all(slots.map((slot) => slot.close()));
    },
  };
}
