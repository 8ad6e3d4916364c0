import { type DescMessage, type DescMethod, getOption, hasOption } from "@bufbuild/protobuf";
import type { Contract } from "../facts.ts";

/** What a long-running operation ends with, and what it tells on its way (AIP-151). */
export interface OperationTypes {
  readonly response: DescMessage;
  readonly metadata: DescMessage;
}

/** Read from google.longrunning.operation_info; undefined where a method has none or names what is not there. */
export const operationTypes = ({ registry }: Contract, method: DescMethod): OperationTypes | undefined => {
  const extension = registry.getExtension("google.longrunning.operation_info");
  if (extension === undefined || !hasOption(method, extension)) {
    return undefined;
  }
  const info: unknown = getOption(method, extension);
  const named = (member: string): DescMessage | undefined => {
    const name: unknown = typeof info === "object" && info !== null ? Reflect.get(info, member) : undefined;
    return typeof name === "string"
      ? (registry.getMessage(`${method.parent.file.proto.package}.${name}`) ?? registry.getMessage(name))
      : undefined;
  };
  const response = named("responseType");
  const metadata = named("metadataType");
  return response === undefined || metadata === undefined ? undefined : { response, metadata };
};
