import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

export const gatewayNames = ["by hand", "edge", "NestJS"] as const;
export type GatewayName = (typeof gatewayNames)[number];

export interface Program {
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
}

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export const nestFolder = file("nest");
export const isNestInstalled = (): boolean => existsSync(file("nest/node_modules/@nestjs/core"));

/** The service behind them. */
export const backendProgram = (port: number): Program => ({ script: file("backend.ts"), env: { PORT: String(port) } });

/** A gateway as production would start it. */
export const gatewayProgram = (name: GatewayName, port: number, backendPort: number): Program => {
  const backend = `127.0.0.1:${backendPort}`;
  switch (name) {
    case "by hand":
      return { script: file("by-hand.ts"), env: { PORT: String(port), BACKEND: backend } };
    case "NestJS":
      return { script: file("nest/main.js"), env: { PORT: String(port), BACKEND: backend } };
    case "edge": {
      const upstreams = services().map((service) => `${service}=${backend}`);
      const env = { HTTP_PORT: String(port), ADMIN_PORT: "0", AUTH: "keys", UPSTREAMS: upstreams.join(",") };
      return { script: file("../../services/edge-rest/src/main.ts"), env };
    }
  }
};

// All of them, since the number of its routes is part of the edge's work.
const services = (): readonly string[] =>
  fromBinary(FileDescriptorSetSchema, readFileSync(file("../../proto/gen/api.binpb")))
    .file.filter(({ package: name }) => /^staymesh\.(reservation|payment|report)\./.test(name))
    .flatMap(({ package: name, service }) => service.map((each) => `${name}.${each.name}`));
