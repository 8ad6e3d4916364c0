/** What stands in both, what is gone and what is new. */
export interface Pairs<Item> {
  readonly both: readonly (readonly [Item, Item])[];
  readonly gone: readonly Item[];
  readonly fresh: readonly Item[];
}

/** Pairs two collections by a key that is unique in each. */
export const pairUp = <Item>(
  old: Iterable<Item>,
  next: Iterable<Item>,
  oldKey: (item: Item) => string,
  nextKey: (item: Item) => string = oldKey,
): Pairs<Item> => {
  const left = new Map([...next].map((item) => [nextKey(item), item]));
  const both: (readonly [Item, Item])[] = [];
  const gone: Item[] = [];
  for (const item of old) {
    const key = oldKey(item);
    const found = left.get(key);
    if (found === undefined) {
      gone.push(item);
    } else {
      both.push([item, found]);
      left.delete(key);
    }
  }
  return { both, gone, fresh: [...left.values()] };
};

/**
 * Takes a thing that is gone and one that is new for the same under another name, where what they are made of is the same and nothing
 * else is: two candidates are a guess, and a guess is no rename.
 */
export const findRenamed = <Item>(
  { both, gone, fresh }: Pairs<Item>,
  oldShape: (item: Item) => string,
  nextShape: (item: Item) => string = oldShape,
): Pairs<Item> & { readonly renamed: readonly (readonly [Item, Item])[] } => {
  const renamed = gone.flatMap((item): readonly (readonly [Item, Item])[] => {
    const shape = oldShape(item);
    const twins = gone.filter((other) => oldShape(other) === shape);
    const found = fresh.filter((other) => nextShape(other) === shape);
    const [only] = found;
    return shape !== "" && twins.length === 1 && found.length === 1 && only !== undefined ? [[item, only]] : [];
  });
  return {
    both,
    renamed,
    gone: gone.filter((item) => !renamed.some(([one]) => one === item)),
    fresh: fresh.filter((item) => !renamed.some(([, one]) => one === item)),
  };
};
