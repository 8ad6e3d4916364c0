import {
  type CallOptions,
  type ClientReadableStream,
  type ClientUnaryCall,
  Metadata,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import type { HttpBody } from "@staymesh/proto/google/api/httpbody";
import { Refusal } from "@staymesh/service-kit/refusal";
import { decodeDetails } from "@staymesh/service-kit/status-details";
import { noAnswer } from "./api.ts";

type Callback<T> = (error: ServiceError | null, response: T) => void;

/** Makes one unary call with what is the same for all of them. */
export type Ask<T> = (metadata: Metadata, options: Partial<CallOptions>, callback: Callback<T>) => ClientUnaryCall;

/** Turns calls with callbacks into promises, with the key and, where it is stated, the time. Each ends by the channel's config. */
export function caller(key: string): <T>(ask: Ask<T>, stated?: Date) => Promise<T> {
  return (ask, stated) =>
    new Promise((resolve, reject) => {
      const metadata = credentialsOf(key);
      if (stated !== undefined) metadata.set("staymesh-now", stated.toISOString());
      ask(metadata, {}, (error, response) => {
        if (error === null) resolve(response);
        else reject(refusalOf(error));
      });
    });
}

/** Reads a streamed document whole, as text. */
export async function collect(
  key: string,
  open: (metadata: Metadata, options: Partial<CallOptions>) => ClientReadableStream<HttpBody>,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  const stream = open(credentialsOf(key), {});
  await new Promise<void>((resolve, reject) => {
    stream.on("data", ({ data }: HttpBody) => chunks.push(data));
    stream.on("error", (error: ServiceError) => reject(refusalOf(error)));
    stream.on("end", resolve);
  });
  return Buffer.concat(chunks).toString("utf8");
}

function credentialsOf(key: string): Metadata {
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${key}`);
  return metadata;
}

function refusalOf(error: ServiceError): Refusal {
  const [details] = error.metadata.get("grpc-status-details-bin");
  const told = Buffer.isBuffer(details) ? decodeDetails(details) : undefined;
  if (told !== undefined) return told;
  const lost = error.code === status.UNAVAILABLE || error.code === status.DEADLINE_EXCEEDED;
  return new Refusal(lost ? noAnswer : `GRPC_${status[error.code]}`, error.details);
}
