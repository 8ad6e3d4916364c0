/** Passes on what an iterable gives until the signal is aborted, then throws the signal's reason without waiting for the next item. */
export async function* untilAborted<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  // One promise per item: racing each against a single long-lived one would keep every item's reaction until the end.
  let giveUp: ((reason: unknown) => void) | undefined;
  const onAbort = () => giveUp?.(signal.reason);
  signal.addEventListener("abort", onAbort);
  let finished = false;
  try {
    for (;;) {
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        giveUp = reject;
        if (signal.aborted) return reject(signal.reason);
        iterator.next().then(resolve, reject);
      });
      if (next.done === true) {
        finished = true;
        return;
      }
      yield next.value;
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    // A generator that hangs would keep us here for ever, so its end is not waited for.
    if (!finished) iterator.return?.(undefined)?.catch(() => {});
  }
}
