// The one place that knows which processes make up a running staymesh, and what each is told by its environment. The supervisor
// of `npm start` and the system tests both start them from here.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { Secrets, ServiceName } from "./secrets.ts";
import type { Ports } from "./settings.ts";

export const processNames = [
  "bank",
  "payment-svc",
  "reservation-svc",
  "report-svc",
  "report-worker-1",
  "report-worker-2",
  "edge-rest",
] as const;
export type ProcessName = (typeof processNames)[number];

export interface ProcessSpec {
  readonly name: ProcessName;
  readonly folder: string;
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Surroundings {
  readonly host: string;
  readonly ports: Ports;
  readonly secrets: Secrets;
  readonly partnersFile: string;
  // Where the bank keeps its book and the reports their files.
  readonly folder: string;
  readonly logLevel: string;
  // What a key may use at the edge whose own quota is not said.
  readonly ratePerMinute: number;
  readonly redisQueueUrl: string;
  readonly redisIndexUrl: string;
  databaseUrl(service: ServiceName): string;
}

// Each before those that call it, which is the order in which they are stopped backwards.
export function constellation(around: Surroundings): readonly ProcessSpec[] {
  const { host, ports, secrets } = around;
  const address = {
    reservation: `${host}:${ports.reservation}`,
    payment: `${host}:${ports.payment}`,
    report: `${host}:${ports.report}`,
  };
  const common = (service: ServiceName, adminPort: number) => ({
    HOST: host,
    ADMIN_PORT: String(adminPort),
    PARTNERS_FILE: around.partnersFile,
    SERVICE_KEY: secrets.serviceKeys[service],
    LOG_LEVEL: around.logLevel,
  });
  const reports = {
    DATABASE_URL: around.databaseUrl("report-svc"),
    REDIS_QUEUE_URL: around.redisQueueUrl,
    REPORTS_DIR: join(around.folder, "reports"),
    RESERVATION_ADDRESS: address.reservation,
    PAYMENT_ADDRESS: address.payment,
  };
  const worker = (name: "report-worker-1" | "report-worker-2", adminPort: number): ProcessSpec => ({
    name,
    folder: "services/report-svc",
    script: "src/worker.ts",
    env: { ...common("report-svc", adminPort), ...reports },
  });
  return [
    {
      name: "bank",
      folder: "tools/sandbox-bank",
      script: "src/main.ts",
      env: {
        HOST: host,
        PORT: String(ports.bank),
        BOOK_DIR: join(around.folder, "bank"),
        BANK_KEY: secrets.bankKey,
        LOG_LEVEL: around.logLevel,
      },
    },
    {
      name: "payment-svc",
      folder: "services/payment-svc",
      script: "src/main.ts",
      env: {
        ...common("payment-svc", ports.paymentAdmin),
        PORT: String(ports.payment),
        DATABASE_URL: around.databaseUrl("payment-svc"),
        BANK: "sandbox",
        SANDBOX_BANK_URL: `http://${host}:${ports.bank}`,
        SANDBOX_BANK_KEY: secrets.bankKey,
      },
    },
    {
      name: "reservation-svc",
      folder: "services/reservation-svc",
      script: "src/main.ts",
      env: {
        ...common("reservation-svc", ports.reservationAdmin),
        PORT: String(ports.reservation),
        DATABASE_URL: around.databaseUrl("reservation-svc"),
        REDIS_INDEX_URL: around.redisIndexUrl,
        PAYMENT_ADDRESS: address.payment,
        QUOTE_SIGNING_KEY: secrets.quoteKey,
      },
    },
    {
      name: "report-svc",
      folder: "services/report-svc",
      script: "src/main.ts",
      env: { ...common("report-svc", ports.reportAdmin), ...reports, PORT: String(ports.report) },
    },
    worker("report-worker-1", ports.worker1Admin),
    worker("report-worker-2", ports.worker2Admin),
    {
      name: "edge-rest",
      folder: "services/edge-rest",
      script: "src/main.ts",
      env: {
        ...common("edge-rest", ports.edgeAdmin),
        HTTP_PORT: String(ports.edge),
        UPSTREAMS: upstreams(address),
        AUTH: "keys",
        REDIS_URL: around.redisIndexUrl,
        RATE_LIMIT_PER_MINUTE: String(around.ratePerMinute),
        // Six seconds' worth at once.
        RATE_LIMIT_BURST: String(Math.max(1, Math.round(around.ratePerMinute / 10))),
      },
    },
  ];
}

// Every gRPC service of the contracts with the address of the process that offers it: package staymesh.<x>.v1 is offered by x.
function upstreams(address: Readonly<Record<string, string>>): string {
  const image = fromBinary(FileDescriptorSetSchema, readFileSync("proto/gen/api.binpb"));
  return image.file
    .flatMap((file) =>
      file.service.map((service) => ({
        owner: file.package.split(".")[1] ?? "",
        name: `${file.package}.${service.name}`,
      })),
    )
    .flatMap(({ owner, name }) => (address[owner] === undefined ? [] : [`${name}=${address[owner]}`]))
    .join(",");
}
