import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createFileRegistry, type FileRegistry, fromBinary } from "@bufbuild/protobuf";
import { type FileDescriptorSet, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

export interface LoadedImage {
  readonly registry: FileRegistry;
  readonly files: FileDescriptorSet;
}

/** The image of staymesh's own contracts, as it was generated from proto/. */
export const defaultImage = (): Promise<Uint8Array> =>
  readFile(fileURLToPath(import.meta.resolve("@staymesh/proto/api.binpb")));

export const loadImage = (image: Uint8Array): LoadedImage => {
  const files = fromBinary(FileDescriptorSetSchema, image);
  return { files, registry: createFileRegistry(files) };
};
