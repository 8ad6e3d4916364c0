import { status } from "@grpc/grpc-js";

/** The name of a gRPC status code, as in NOT_FOUND. */
export function codeName(code: number): string {
  return status[code] ?? `CODE_${code}`;
}
