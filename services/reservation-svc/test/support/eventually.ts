/** The first value that the condition accepts, asked for again and again within a bound; for what other processes do in their time. */
export async function eventually<T>(
  ask: () => Promise<T>,
  accepts: (value: T) => boolean,
  withinMs = 15_000,
): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const value = await ask();
    if (accepts(value)) return value;
    if (Date.now() > end) throw new Error(`it did not come to be within ${withinMs} ms: ${show(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const show = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) => (typeof each === "bigint" ? String(each) : each));
