import type { Printable } from "./printable.ts";

/** A view with every text in it made printable. */
export function printableView<T>(view: T, printable: Printable): T {
  if (typeof view === "string") return mapped(printable(view));
  if (Array.isArray(view)) return mapped(view.map((item: unknown) => printableView(item, printable)));
  if (typeof view === "object" && view !== null) {
    return mapped(
      Object.fromEntries(Object.entries(view).map(([key, value]) => [key, printableView(value, printable)])),
    );
  }
  return view;
  // Texts become texts, lists lists and records records of the same keys.
  function mapped(value: unknown): T {
    return value as T;
  }
}
