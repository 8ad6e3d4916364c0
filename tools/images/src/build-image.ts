import { existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { BASE, BUILD_BASE } from "./base.ts";
import { imageName } from "./images.ts";
import { run } from "./run.ts";

const OUT = "build/images";
const HOST_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

export interface BuiltImage {
  readonly name: string;
  readonly digest: string;
  readonly archive: string;
  readonly packedBytes: number;
}

/** Builds one image and packs it as an OCI archive. `again` builds every layer anew instead of taking those that are known. */
export function buildImage(folder: string, { again = false } = {}): BuiltImage {
  const name = imageName(folder);
  run("buildah", [
    "build",
    "--quiet",
    "--isolation=chroot",
    "--timestamp=0",
    "--pull-never",
    "--layers",
    ...(again ? ["--no-cache"] : []),
    `--build-arg=BUILD_BASE=${BUILD_BASE}`,
    `--build-arg=BASE=${BASE}`,
    // A machine behind a proxy trusts certificates that the build image does not know.
    ...(existsSync(HOST_CERTIFICATES)
      ? [
          "--build-arg=NPM_CONFIG_CAFILE=/run/host-certificates.crt",
          `--volume=${HOST_CERTIFICATES}:/run/host-certificates.crt:ro`,
        ]
      : []),
    `--file=${folder}/Dockerfile`,
    `--tag=${name}`,
    ".",
  ]);
  mkdirSync(OUT, { recursive: true });
  const archive = `${OUT}/${name.slice(name.lastIndexOf("/") + 1)}.tar`;
  rmSync(archive, { force: true });
  run("buildah", ["push", "--quiet", name, `oci-archive:${archive}`]);
  const digest = run("buildah", ["inspect", "--type=image", "--format={{.FromImageDigest}}", name]);
  return { name, digest, archive, packedBytes: statSync(archive).size };
}
