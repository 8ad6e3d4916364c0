import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Contract, serviceConfig } from "@staymesh/contract";

const README = `# The contracts of staymesh

Every .proto file of staymesh with all that they import, and \`descriptors.binpb\`: the same as one FileDescriptorSet, for
languages that work with descriptors at run time. \`service-config.json\` says for every method how long it may take and when it
may be sent again; give it to your channel, and gRPC does the rest:

    Python   grpc.insecure_channel(to, options=[("grpc.service_config", text)])
    Java     ManagedChannelBuilder.forTarget(to).defaultServiceConfig(parsed).enableRetry()
    Go       grpc.NewClient(to, grpc.WithDefaultServiceConfig(text))
    C#       GrpcChannelOptions.ServiceConfig
    Node     new Client(to, credentials, { "grpc.service_config": text })

    protoc -I . --java_out=... $(find staymesh -name '*.proto')
    python3 -m grpc_tools.protoc -I . --python_out=... --grpc_python_out=... $(find . -name '*.proto')

google/ is of googleapis and protobuf, buf/ is of protovalidate. They are under the Apache License 2.0, but for google/protobuf,
which is under the licence at its head.
`;

// No contract imports them, but every refusal is told in them.
const ERRORS = ["google/rpc/status.proto", "google/rpc/error_details.proto"] as const;

/** Lays the contracts and whatever they import, directly or not, into a folder. */
export function writeProtos(folder: string, ours: string, others: string, image: Uint8Array, contract: Contract): void {
  rmSync(folder, { recursive: true, force: true });
  const open = [...globSync("staymesh/**/*.proto", { cwd: ours }).sort(), ...ERRORS];
  const laid = new Set<string>();
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (laid.has(file)) continue;
    laid.add(file);
    const source = [ours, others].map((root) => join(root, file ?? "")).find((path) => existsSync(path));
    if (source === undefined) throw new Error(`${file} is imported and is nowhere: run npm run generate`);
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(source, join(folder, file));
    for (const [, imported] of readFileSync(source, "utf8").matchAll(/^import\s+(?:public\s+|weak\s+)?"([^"]+)"/gm)) {
      if (imported !== undefined) open.push(imported);
    }
  }
  writeFileSync(join(folder, "descriptors.binpb"), image);
  writeFileSync(join(folder, "service-config.json"), `${JSON.stringify(serviceConfig(contract), undefined, 2)}\n`);
  writeFileSync(join(folder, "README.md"), README);
}
