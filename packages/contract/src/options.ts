import {
  type DescEnumValue,
  type DescField,
  type DescMessage,
  type DescMethod,
  getOption,
  hasOption,
  type Registry,
} from "@bufbuild/protobuf";

/** The values of staymesh's and Google's options, as plain data. An image that lacks an option reads as if nobody had set it. */
export interface OptionReader {
  readonly method: (method: DescMethod) => MethodOption | undefined;
  readonly field: (field: DescField) => FieldOption | undefined;
  readonly error: (value: DescEnumValue) => ErrorOption | undefined;
  readonly http: (method: DescMethod) => HttpOption | undefined;
  readonly resource: (message: DescMessage) => ResourceOption | undefined;
  readonly resourceReference: (field: DescField) => ResourceReferenceOption | undefined;
  readonly fieldBehavior: (field: DescField) => readonly number[];
  readonly methodSignature: (method: DescMethod) => readonly string[];
}

export interface MethodOption {
  readonly scopes: readonly string[];
  readonly timeout?: { readonly seconds: bigint; readonly nanos: number };
  readonly priority: number;
  readonly rateCost: number;
  readonly public: boolean;
  readonly propertyField: string;
  readonly creates: boolean;
  readonly retirement?: RetirementOption;
  /** Undefined in an image that is older than the option. */
  readonly reasons?: readonly string[];
  readonly fanOut?: { readonly methods: readonly string[]; readonly bestBy: string };
}

export interface RetirementOption {
  readonly deprecationDate: string;
  readonly sunsetDate: string;
  readonly guideUri: string;
}

export interface FieldOption {
  readonly personal: boolean;
  readonly secret: boolean;
  readonly transport: boolean;
  readonly resumeToken: boolean;
  /** How a value has to look, in words. */
  readonly hint: string;
}

export interface ErrorOption {
  readonly code: number;
  readonly httpStatus: number;
  readonly title: string;
  readonly remedy: string;
}

export interface HttpOption {
  readonly pattern: {
    readonly case: string | undefined;
    readonly value?: string | { readonly kind: string; readonly path: string };
  };
  readonly body: string;
  readonly responseBody: string;
  readonly additionalBindings: readonly HttpOption[];
}

export interface ResourceOption {
  readonly type: string;
  readonly pattern: readonly string[];
  readonly nameField: string;
  readonly singular: string;
  readonly plural: string;
}

export interface ResourceReferenceOption {
  readonly type: string;
  readonly childType: string;
}

export const optionReader = (registry: Registry): OptionReader => {
  const reader =
    <Value>(extensionName: string) =>
    (element: DescMethod | DescField | DescEnumValue | DescMessage): Value | undefined => {
      const extension = registry.getExtension(extensionName);
      if (extension === undefined || !hasOption(element, extension)) {
        return undefined;
      }
      // The registry decoded the value by the extension's own descriptor, which the interfaces above repeat.
      return getOption(element, extension) as Value;
    };
  const lists = <Value>(extensionName: string) => {
    const read = reader<readonly Value[]>(extensionName);
    return (element: DescMethod | DescField): readonly Value[] => read(element) ?? [];
  };
  return {
    method: reader<MethodOption>("staymesh.options.v1.method"),
    field: reader<FieldOption>("staymesh.options.v1.field"),
    error: reader<ErrorOption>("staymesh.options.v1.error"),
    http: reader<HttpOption>("google.api.http"),
    resource: reader<ResourceOption>("google.api.resource"),
    resourceReference: reader<ResourceReferenceOption>("google.api.resource_reference"),
    fieldBehavior: lists<number>("google.api.field_behavior"),
    methodSignature: lists<string>("google.api.method_signature"),
  };
};
