import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { clone, create, fromBinary, fromJson, getExtension, setExtension, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema, MethodDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { type Contract, defaultImage, loadContract } from "@staymesh/contract";
import { expect } from "chai";

const SERVICE = "staymesh.reservation.v1.StayService";
const METHOD = "SearchWhims";

describe("an RPC that is added to the contract", function () {
  this.timeout(60_000);
  const closers: (() => Promise<void>)[] = [];
  let base: string;

  before(async () => {
    const image = withWhims(await defaultImage());
    const folder = await mkdtemp(join(tmpdir(), "added-method-"));
    closers.push(() => rm(folder, { recursive: true }));
    const file = join(folder, "image.binpb");
    await writeFile(file, image);
    const backend = await serveWhims(loadContract(image));
    closers.push(backend.close);
    const edge = spawn(process.execPath, [fileURLToPath(new URL("../src/main.ts", import.meta.url))], {
      env: {
        PATH: process.env["PATH"],
        HTTP_PORT: "0",
        LOG_LEVEL: "warn",
        AUTH: "none",
        DESCRIPTOR_IMAGE: file,
        UPSTREAMS: `${SERVICE}=${backend.address}`,
      },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    closers.push(async () => {
      edge.kill("SIGTERM");
      await once(edge, "exit");
    });
    const [{ port }] = (await once(edge, "message")) as [{ readonly port: number }];
    base = `http://127.0.0.1:${port}`;
  });
  after(async () => {
    for (const close of closers.reverse()) await close();
  });

  it("is served over REST at its route, with its query read and checked", async () => {
    const answer = await fetch(`${base}/v1/whims?checkInDate=2027-03-05&checkOutDate=2027-03-07&adults=2`);
    expect([answer.status, await answer.json()]).to.deep.equal([200, { stays: [], nextPageToken: "more" }]);
    const refused = await fetch(`${base}/v1/whims?checkInDate=2027-02-30&checkOutDate=2027-03-07`);
    expect(refused.status).to.equal(400);
    expect(await refused.json()).to.have.nested.property("errors[0].parameter", "checkInDate");
  });

  it("is served over Connect", async () => {
    const answer = await fetch(`${base}/${SERVICE}/${METHOD}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ checkInDate: "2027-03-05", checkOutDate: "2027-03-07" }),
    });
    expect([answer.status, await answer.json()]).to.deep.equal([200, { stays: [], nextPageToken: "more" }]);
  });

  it("stands in the OpenAPI document", async () => {
    const document = await (await fetch(`${base}/openapi.json`)).json();
    expect(document).to.have.nested.property("paths./v1/whims.get.operationId").that.includes(METHOD);
  });
});

/** staymesh's own image with one more method: SearchStays again, under another name and route. */
function withWhims(bytes: Uint8Array): Uint8Array {
  const { registry } = loadContract(bytes);
  const http = registry.getExtension("google.api.http");
  const image = fromBinary(FileDescriptorSetSchema, bytes);
  const service = image.file.flatMap((file) => file.service).find(({ name }) => name === "StayService");
  const model = service?.method.find(({ name }) => name === "SearchStays");
  if (service === undefined || model === undefined || http === undefined) throw new Error("there is no model");
  const added = create(MethodDescriptorProtoSchema, { ...clone(MethodDescriptorProtoSchema, model), name: METHOD });
  if (added.options === undefined) throw new Error("the model has no options");
  const rule = Object.assign(Object(getExtension(added.options, http)), {
    pattern: { case: "get", value: "/v1/whims" },
  });
  setExtension(added.options, http, rule);
  service.method.push(added);
  return toBinary(FileDescriptorSetSchema, image);
}

/** Answers the added method, and nothing else. */
async function serveWhims(
  contract: Contract,
): Promise<{ readonly address: string; readonly close: () => Promise<void> }> {
  const { output } = contract.method(`${SERVICE}/${METHOD}`);
  const answer = Buffer.from(toBinary(output, fromJson(output, { nextPageToken: "more" })));
  const same = (bytes: Buffer): Buffer => bytes;
  const server = new Server();
  const definition = {
    path: `/${SERVICE}/${METHOD}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
  server.addService(
    { [METHOD]: definition },
    { [METHOD]: (_: unknown, reply: (e: null, m: Buffer) => void) => reply(null, answer) },
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  return { address: `127.0.0.1:${port}`, close: async () => server.forceShutdown() };
}
