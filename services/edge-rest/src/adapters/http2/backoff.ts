/** How long to wait between attempts to connect, as gRPC's connection backoff document has it. */
export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

const GROWTH = 1.6;
const JITTER = 0.2;

/** The wait after so many failures in a row, spread so that callers that failed together do not come back together. */
export function backoffMs({ firstMs, maxMs }: Backoff, failures: number, random: () => number): number {
  const wait = Math.min(maxMs, firstMs * GROWTH ** Math.max(0, failures - 1));
  return wait * (1 - JITTER + 2 * JITTER * random());
}
