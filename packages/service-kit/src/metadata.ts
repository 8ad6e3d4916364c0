import type { Metadata } from "@grpc/grpc-js";

/** The first value of a text header. */
export function firstText(metadata: Metadata, name: string): string | undefined {
  const value = metadata.get(name)[0];
  return typeof value === "string" ? value : undefined;
}
