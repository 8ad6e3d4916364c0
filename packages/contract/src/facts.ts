import type { DescField, DescMessage, DescMethod, FileRegistry, Message } from "@bufbuild/protobuf";
import type { FileDescriptorSet } from "@bufbuild/protobuf/wkt";
import type { HttpRule } from "./http-rule.ts";
import type { OptionReader } from "./options.ts";

export type MethodKind = DescMethod["methodKind"];
export type Priority = "low" | "normal" | "high";
export type Idempotency = "NO_SIDE_EFFECTS" | "IDEMPOTENT" | "UNKNOWN";

/** A field that breaks a rule of the contract; `field` is a path of proto names such as `rooms[0].adults`. */
export interface FieldViolation {
  readonly field: string;
  readonly rule: string;
  readonly description: string;
}

export type EnumField = DescField & { readonly fieldKind: "enum" };

/** A method that nobody serves: its answer is the best of what several others say. */
export interface FanOut {
  /** What is asked, with the same request; in the order in which the contract names it. */
  readonly asked: readonly { readonly service: string; readonly path: string }[];
  /** The field of the answer whose number says how much it knows. */
  readonly bestBy: EnumField;
  /** The highest number that the field's enum has: nothing can know more. */
  readonly best: number;
}

/** The way out of a method that callers are to leave. */
export interface Retirement {
  /** From then on callers should use something else. */
  readonly deprecation: Date;
  /** From then on the method may be gone. */
  readonly sunset?: Date;
  /** The page that says what to use instead. */
  readonly guideUri?: string;
}

/** What a contract says about one method. */
export interface MethodFacts {
  /** As in "staymesh.payment.v1.PaymentService/CapturePayment". */
  readonly fullName: string;
  /** The path on the wire: "/" and the full name. */
  readonly path: string;
  readonly service: string;
  readonly name: string;
  readonly desc: DescMethod;
  readonly input: DescMessage;
  readonly output: DescMessage;
  readonly kind: MethodKind;
  readonly scopes: readonly string[];
  readonly public: boolean;
  readonly timeoutMs: number;
  readonly priority: Priority;
  readonly rateCost: number;
  readonly propertyField?: string;
  readonly creates: boolean;
  readonly fanOut?: FanOut;
  readonly retirement?: Retirement;
  readonly idempotency: Idempotency;
  /** What the method names itself as what it may refuse with. */
  readonly ownReasons: readonly string[];
  /** Everything that it may refuse with, in the order of the catalogue: its own reasons and those that follow from its shape. */
  readonly reasons: ReadonlySet<string>;
  readonly http: readonly HttpRule[];
  /** Checks a message of the input type against the rules of the contract. */
  readonly validate: (message: Message) => readonly FieldViolation[];
  /** The same message without its transport fields and with its maps in order: what a fingerprint is taken of. */
  readonly canonical: (message: Message) => Message;
}

export interface ServiceFacts {
  readonly name: string;
  readonly methods: readonly MethodFacts[];
}

/** What a contract says about one error reason. */
export interface ReasonFacts {
  /** Without its enum's prefix: "ROOM_SOLD_OUT". */
  readonly reason: string;
  /** The gRPC status code. */
  readonly code: number;
  readonly httpStatus: number;
  readonly title: string;
  readonly remedy: string;
  /** The enums that declare it. */
  readonly enums: readonly string[];
}

/** The descriptors of one image, read once. */
export interface Contract {
  readonly registry: FileRegistry;
  readonly files: FileDescriptorSet;
  readonly options: OptionReader;
  readonly services: readonly ServiceFacts[];
  /** Throws where the contract has no such method. */
  readonly method: (fullName: string) => MethodFacts;
  readonly reasons: ReadonlyMap<string, ReasonFacts>;
  /** The paths of proto names of all personal or secret fields in a message type. */
  readonly personal: (desc: DescMessage) => readonly string[];
}
