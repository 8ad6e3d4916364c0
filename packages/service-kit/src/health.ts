import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import {
  type ServerWritableStream,
  type ServiceDefinition,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";

/** grpc.health.v1 over a server's services; the empty name stands for the server as a whole. */
export interface Health {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
  /** Tells everybody, watchers too, whether calls are welcome. */
  readonly set: (serving: boolean) => void;
}

const SERVING = 1;
const NOT_SERVING = 2;
const SERVICE_UNKNOWN = 3;
const WATCHERS_MAX = 100;

/** An object, since grpc-js takes an empty text for a request that never came. */
interface HealthRequest {
  readonly service: string;
}

type Watcher = ServerWritableStream<HealthRequest, number>;

/** The protocol is three numbers and a name, so it is written here and not generated. */
export function openHealth(services: readonly string[]): Health {
  const known = new Set(["", ...services]);
  const watchers = new Map<Watcher, string>();
  let serving = true;

  const statusOf = (service: string): number => {
    if (!known.has(service)) return SERVICE_UNKNOWN;
    return serving ? SERVING : NOT_SERVING;
  };

  return {
    definition,
    implementation: {
      check: (call: { readonly request: HealthRequest }, callback: (error: object | null, value?: number) => void) => {
        const { service } = call.request;
        if (known.has(service)) callback(null, statusOf(service));
        else callback({ code: status.NOT_FOUND, details: "There is no such service here." });
      },
      watch: (call: Watcher) => {
        if (watchers.size >= WATCHERS_MAX) {
          call.emit("error", { code: status.RESOURCE_EXHAUSTED, details: "Too many watch already." });
          return;
        }
        watchers.set(call, call.request.service);
        call.once("cancelled", () => watchers.delete(call));
        call.write(statusOf(call.request.service));
      },
    },
    set(next) {
      serving = next;
      for (const [call, service] of watchers) {
        if (!known.has(service)) continue;
        call.write(statusOf(service));
        // A watcher that is told that the end has come would otherwise hold up the end.
        if (!next) call.end();
      }
      if (!next) watchers.clear();
    },
  };
}

const shared = {
  requestStream: false,
  requestSerialize: ({ service }: HealthRequest) => Buffer.from(new BinaryWriter().uint32(10).string(service).finish()),
  requestDeserialize: (bytes: Buffer) => readRequest(bytes),
  responseSerialize: (value: number) => Buffer.from(new BinaryWriter().uint32(8).int32(value).finish()),
  responseDeserialize: (bytes: Buffer) => bytes[1] ?? 0,
} as const;

const definition: ServiceDefinition = {
  check: { path: "/grpc.health.v1.Health/Check", responseStream: false, ...shared },
  watch: { path: "/grpc.health.v1.Health/Watch", responseStream: true, ...shared },
};

function readRequest(bytes: Buffer): HealthRequest {
  const reader = new BinaryReader(bytes);
  let service = "";
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1 && wireType === WireType.LengthDelimited) service = reader.string();
    else reader.skip(wireType, field);
  }
  return { service };
}
