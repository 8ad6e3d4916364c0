import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const README = `# The contracts of staymesh

Every .proto file of staymesh with all that they import, and \`descriptors.binpb\`: the same as one FileDescriptorSet, for
languages that work with descriptors at run time.

    protoc -I . --java_out=... $(find staymesh -name '*.proto')
    python3 -m grpc_tools.protoc -I . --python_out=... --grpc_python_out=... $(find . -name '*.proto')

google/ is of googleapis and protobuf, buf/ is of protovalidate. They are under the Apache License 2.0, but for google/protobuf,
which is under the licence at its head.
`;

// No contract imports them, but every refusal is told in them.
const ERRORS = ["google/rpc/status.proto", "google/rpc/error_details.proto"] as const;

/** Lays the contracts and whatever they import, directly or not, into a folder. */
export function writeProtos(folder: string, ours: string, others: string, image: Uint8Array): void {
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
  writeFileSync(join(folder, "README.md"), README);
}
