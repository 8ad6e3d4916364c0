import type { DescMessage, Registry } from "@bufbuild/protobuf";
import type { UniversalServerRequest } from "@connectrpc/connect/protocol";
import { jsonMessageProblems } from "../app/json-body.ts";
import type { EdgeRequest } from "../app/ports.ts";
import { type FieldProblem, Problem, type Reasons } from "../app/problem.ts";
import { readContent } from "../app/read-content.ts";
import { readEnvelopes } from "./envelopes.ts";

type Body = UniversalServerRequest["body"];

export interface ReadJson {
  readonly problems: readonly FieldProblem[];
  /** What the library is to read in the place of the body. */
  readonly body: Body;
}

export interface JsonRequest {
  readonly request: EdgeRequest;
  readonly desc: DescMessage;
  readonly registry: Registry;
  readonly body: Body;
  readonly maxBodyBytes: number;
  /** What the library is told of a body that cannot be read at all. */
  readonly failureOf: (problem: unknown) => Error;
}

const OWN_WORDS: Reasons = new Map();
const UNARY_JSON = /^application\/json\b/i;
const ENVELOPED_JSON = /^application\/(?:connect|grpc-web)\+json\b/i;

/** JSON is looked through before the library reads it, which rounds large integers and takes 30 February for 2 March. */
export async function readJson(asked: JsonRequest): Promise<ReadJson> {
  const { request, body, failureOf } = asked;
  if (request.method === "GET") return { problems: await queryProblems(asked), body };
  const type = request.headers["content-type"] ?? "";
  const isEnveloped = ENVELOPED_JSON.test(type);
  if (!isEnveloped && !UNARY_JSON.test(type)) return { problems: [], body };
  try {
    const bytes = await request.body();
    const texts = isEnveloped
      ? await envelopedTexts(asked, bytes)
      : [await inflated(asked, bytes, request.headers["content-encoding"])];
    return { problems: problemsOf(asked, texts), body: chunks(bytes) };
  } catch (problem) {
    return { problems: [], body: failing(failureOf(problem)) };
  }
}

async function queryProblems(asked: JsonRequest): Promise<readonly FieldProblem[]> {
  const query = new URLSearchParams(asked.request.rawQuery);
  if (query.get("encoding") !== "json") return [];
  const text = query.get("message") ?? "";
  const bytes = Buffer.from(text, query.get("base64") === "1" ? "base64url" : "utf8");
  try {
    return problemsOf(asked, [await inflated(asked, bytes, query.get("compression") ?? undefined)]);
  } catch (problem) {
    // The library says by itself what is wrong with an encoding.
    if (problem instanceof Problem) return [];
    throw problem;
  }
}

/** The messages of a stream; none where the envelopes are broken, which the library says by itself. */
async function envelopedTexts(asked: JsonRequest, bytes: Buffer): Promise<readonly Buffer[]> {
  const { headers } = asked.request;
  const encoding = headers["connect-content-encoding"] ?? headers["grpc-encoding"];
  const texts: Buffer[] = [];
  for (const { isCompressed, data } of readEnvelopes(bytes)) {
    texts.push(isCompressed ? await inflated(asked, data, encoding) : data);
  }
  return texts;
}

function inflated(
  { request, maxBodyBytes }: JsonRequest,
  bytes: Buffer,
  encoding: string | undefined,
): Promise<Buffer> {
  const headers = { ...request.headers, "content-encoding": encoding };
  return readContent({ ...request, headers, body: async () => bytes }, maxBodyBytes, OWN_WORDS);
}

function problemsOf({ desc, registry }: JsonRequest, texts: readonly Buffer[]): readonly FieldProblem[] {
  return texts.flatMap((text) => jsonMessageProblems(desc, registry, text));
}

async function* chunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function failing(error: Error): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) };
}
