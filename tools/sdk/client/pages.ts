/** The first page where it is awaited; every item of every page where it is iterated. Nothing is asked before that. */
export interface Paged<Page, Item> extends PromiseLike<Page>, AsyncIterable<Item> {
  /** Page by page. */
  pages(): AsyncIterable<Page>;
}

export type AskPage = (pageToken: string | undefined) => Promise<unknown>;

export function paged<Page, Item>(ask: AskPage, items: string): Paged<Page, Item> {
  // The generator gave the type of the answer beside its plan.
  const page = async (token: string | undefined) => (await ask(token)) as Page & Readonly<Record<string, unknown>>;
  async function* pages(): AsyncGenerator<Page & Readonly<Record<string, unknown>>> {
    let token: string | undefined;
    do {
      const one = await page(token);
      yield one;
      const next: unknown = one["nextPageToken"];
      token = typeof next === "string" && next !== "" ? next : undefined;
    } while (token !== undefined);
  }
  return {
    pages,
    // biome-ignore lint/suspicious/noThenProperty: awaiting a list gives its first page, iterating it gives everything.
    then: (onPage, onError) => page(undefined).then(onPage, onError),
    async *[Symbol.asyncIterator]() {
      for await (const one of pages()) yield* (one[items] ?? []) as readonly Item[];
    },
  };
}
