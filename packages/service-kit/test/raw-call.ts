import { Client, credentials, Metadata as Headers, type Metadata, type ServiceError } from "@grpc/grpc-js";
import { failureOf } from "../src/client-failure.ts";
import { principalOf } from "../src/principal.ts";
import { writeForwarded } from "../src/principals-file.ts";
import { TEST_KEY } from "../testing/call-as.ts";
import { ana } from "./fixture.ts";

/** The headers of the test client, with others in their place. */
export function rawHeaders(headers: Readonly<Record<string, string>> = {}): Metadata {
  const metadata = new Headers();
  metadata.set("authorization", `Bearer ${TEST_KEY}`);
  metadata.set("staymesh-principal", writeForwarded(principalOf(ana)));
  for (const [name, value] of Object.entries(headers)) {
    if (value === "") metadata.remove(name);
    else metadata.set(name, value);
  }
  return metadata;
}

/** Sends bytes as they are to a method of the echo service; answers with what failed, or undefined. */
export async function rawCall(
  address: string,
  method: string,
  bytes: Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<Error | undefined> {
  const client = new Client(address, credentials.createInsecure(), { "grpc.enable_retries": 0 });
  try {
    await new Promise<void>((resolve, reject) => {
      const stream = client.makeBidiStreamRequest(`/echo.v1.EchoService/${method}`, same, same, rawHeaders(headers), {
        deadline: Date.now() + 3000,
      });
      stream.on("data", () => {});
      stream.on("error", reject);
      stream.on("end", resolve);
      stream.end(bytes);
    });
    return undefined;
  } catch (error) {
    return failureOf(method, error as ServiceError, undefined);
  } finally {
    client.close();
  }
}

const same = (bytes: Buffer): Buffer => bytes;
