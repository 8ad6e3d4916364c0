import type { Page } from "./ports.ts";
import { pageLimit, pageToken, placeIn } from "./reply.ts";

export interface CatalogList {
  readonly pageSize: number;
  readonly pageToken: string;
  readonly showArchived: boolean;
}

export interface CatalogPage<T> {
  readonly items: readonly T[];
  readonly nextPageToken: string;
}

/** A page of a list that is ordered by id. */
export async function catalogPage<T extends { readonly id: string }>(
  scope: readonly string[],
  list: CatalogList,
  read: (page: Page) => Promise<readonly T[]>,
): Promise<CatalogPage<T>> {
  const query = [...scope, list.showArchived];
  const limit = pageLimit(list.pageSize);
  const after = placeIn(query, list.pageToken);
  const found = await read({ after, limit: limit + 1, showArchived: list.showArchived });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextPageToken: found.length > limit && last !== undefined ? pageToken(query, last.id) : "" };
}
