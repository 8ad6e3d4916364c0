/** What one run measured. */
export interface Sample {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export const quantiles = (timesMs: readonly number[], seconds: number): Sample => {
  const sorted = timesMs.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { perSecond: sorted.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
};

/** The middle of several runs, each figure by itself. */
export const medianOf = (samples: readonly Sample[]): Sample => {
  const middle = (values: readonly number[]) =>
    values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
  return {
    perSecond: middle(samples.map(({ perSecond }) => perSecond)),
    p50Ms: middle(samples.map(({ p50Ms }) => p50Ms)),
    p99Ms: middle(samples.map(({ p99Ms }) => p99Ms)),
  };
};
