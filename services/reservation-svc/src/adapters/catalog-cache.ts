import type { CatalogCache, CatalogStore } from "../app/ports.ts";
import type { Catalog } from "../domain/catalog.ts";

const PROPERTIES_MAX = 5000;

/** Keeps catalogues in memory, the longest unused going first. A kept one may be old: whoever writes says which version it took. */
export function catalogCache(
  store: Pick<CatalogStore, "read">,
  versionOf: (partner: string, property: string) => Promise<bigint | undefined>,
): CatalogCache {
  const kept = new Map<string, Catalog>();
  const reading = new Map<string, Promise<Catalog | undefined>>();
  const keyOf = (partner: string, property: string) => `${partner}\n${property}`;

  const read = (partner: string, property: string): Promise<Catalog | undefined> => {
    const key = keyOf(partner, property);
    const known = reading.get(key);
    if (known !== undefined) return known;
    const run = store.read(partner, property).then(
      (catalog) => {
        if (reading.get(key) === run) reading.delete(key);
        if (catalog !== undefined) keep(key, catalog);
        return catalog;
      },
      (error: unknown) => {
        if (reading.get(key) === run) reading.delete(key);
        throw error;
      },
    );
    reading.set(key, run);
    return run;
  };

  const keep = (key: string, catalog: Catalog): void => {
    const before = kept.get(key);
    if (before !== undefined && before.version > catalog.version) return;
    kept.delete(key);
    kept.set(key, catalog);
    const eldest = kept.keys().next();
    if (kept.size > PROPERTIES_MAX && eldest.done !== true) kept.delete(eldest.value);
  };

  const get = async (partner: string, property: string): Promise<Catalog | undefined> => {
    const key = keyOf(partner, property);
    const catalog = kept.get(key);
    if (catalog === undefined) return read(partner, property);
    kept.delete(key);
    kept.set(key, catalog);
    return catalog;
  };

  const atVersion = async (partner: string, property: string, version: bigint): Promise<Catalog | undefined> => {
    const catalog = await get(partner, property);
    if (catalog !== undefined && catalog.version >= version) return catalog;
    // What is being read at this moment may have been begun before the version was.
    reading.delete(keyOf(partner, property));
    return read(partner, property);
  };

  return {
    get,
    atVersion,
    fresh: async (partner, property) => {
      const version = await versionOf(partner, property);
      return version === undefined ? undefined : atVersion(partner, property, version);
    },
    forget: (partner, property) => {
      kept.delete(keyOf(partner, property));
      reading.delete(keyOf(partner, property));
    },
  };
}
