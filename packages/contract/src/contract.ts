import { type DescMethod, type DescService, type Registry, ScalarType } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";
import type { Contract, Idempotency, MethodFacts, Priority, ReasonFacts, ServiceFacts } from "./facts.ts";
import { readFanOut } from "./fan-out.ts";
import { type Canonical, canonicaliser } from "./fingerprint.ts";
import { httpRules } from "./http-rule.ts";
import { loadImage } from "./image.ts";
import { readMethodReasons } from "./method-reasons.ts";
import { type MethodOption, type OptionReader, optionReader } from "./options.ts";
import { personalFields } from "./personal.ts";
import { readReasons } from "./reasons.ts";
import { readRetirement } from "./retirement.ts";
import { type MessageCheck, messageCheck } from "./validate.ts";

const UNARY_TIMEOUT_MS = 30_000;
const STREAM_TIMEOUT_MS = 3_600_000;

/** Reads a descriptor image; throws where it contradicts itself. Once per process. */
export const loadContract = (image: Uint8Array): Contract => {
  const { registry, files } = loadImage(image);
  const options = optionReader(registry);
  const reasons = readReasons(registry, options);
  const tools: Tools = {
    registry,
    options,
    reasons,
    check: messageCheck(registry, options),
    canonical: canonicaliser(options),
  };
  const services: ServiceFacts[] = [];
  const methods = new Map<string, MethodFacts>();
  for (const type of registry) {
    if (type.kind === "service") {
      const service = serviceFacts(type, tools);
      services.push(service);
      for (const method of service.methods) {
        methods.set(method.fullName, method);
      }
    }
  }
  return {
    registry,
    files,
    options,
    services,
    method: (fullName) => {
      const found = methods.get(fullName);
      if (found === undefined) {
        throw new Error(`the contract has no method ${fullName}`);
      }
      return found;
    },
    reasons,
    personal: personalFields(options),
  };
};

interface Tools {
  readonly registry: Registry;
  readonly options: OptionReader;
  readonly reasons: ReadonlyMap<string, ReasonFacts>;
  readonly check: MessageCheck;
  readonly canonical: Canonical;
}

const serviceFacts = (desc: DescService, tools: Tools): ServiceFacts => ({
  name: desc.typeName,
  methods: desc.methods.map((method) => methodFacts(method, tools)),
});

const methodFacts = (desc: DescMethod, { registry, options, reasons, check, canonical }: Tools): MethodFacts => {
  const option = options.method(desc);
  const ownReasons = option?.reasons ?? [];
  const shape = {
    input: desc.input,
    idempotency: idempotency(desc),
    creates: option?.creates ?? false,
    ...propertyField(desc, option),
  };
  const fullName = `${desc.parent.typeName}/${desc.name}`;
  return {
    fullName,
    path: `/${fullName}`,
    service: desc.parent.typeName,
    name: desc.name,
    desc,
    ...shape,
    output: desc.output,
    kind: desc.methodKind,
    scopes: option?.scopes ?? [],
    public: option?.public ?? false,
    timeoutMs: timeoutMs(desc, option),
    priority: priority(option),
    rateCost: Math.max(1, option?.rateCost ?? 1),
    ...readFanOut(desc, option, registry, options.method),
    ...readRetirement(`${desc}`, desc.deprecated, option?.retirement),
    ownReasons,
    reasons: readMethodReasons(`${desc}`, ownReasons, shape, reasons),
    http: httpRules(desc, options),
    validate: check(desc.input),
    canonical: canonical(desc.input),
  };
};

const timeoutMs = (desc: DescMethod, option: MethodOption | undefined): number => {
  if (option?.timeout !== undefined) {
    return Number(option.timeout.seconds) * 1000 + Math.round(option.timeout.nanos / 1e6);
  }
  return desc.methodKind === "unary" ? UNARY_TIMEOUT_MS : STREAM_TIMEOUT_MS;
};

const PRIORITIES: readonly (Priority | undefined)[] = [undefined, "low", "normal", "high"];

const priority = (option: MethodOption | undefined): Priority => PRIORITIES[option?.priority ?? 0] ?? "normal";

const idempotency = (desc: DescMethod): Idempotency => {
  switch (desc.idempotency) {
    case Level.NO_SIDE_EFFECTS:
      return "NO_SIDE_EFFECTS";
    case Level.IDEMPOTENT:
      return "IDEMPOTENT";
    default:
      return "UNKNOWN";
  }
};

/** A property field that does not exist would leave a method unguarded, so it stops the start. */
const propertyField = (desc: DescMethod, option: MethodOption | undefined): { readonly propertyField?: string } => {
  const path = option?.propertyField ?? "";
  if (path === "") {
    return {};
  }
  let message = desc.input;
  const names = path.split(".");
  for (const [index, name] of names.entries()) {
    const field = message.fields.find((candidate) => candidate.name === name);
    if (field === undefined) {
      throw new Error(`${desc}: property_field "${path}" names no field of ${desc.input.typeName}`);
    }
    if (index === names.length - 1) {
      if (field.scalar !== ScalarType.STRING) {
        throw new Error(`${desc}: property_field "${path}" is not a string`);
      }
    } else if (field.fieldKind === "message") {
      message = field.message;
    } else {
      throw new Error(`${desc}: property_field "${path}" passes through ${name}, which is no message`);
    }
  }
  return { propertyField: path };
};
