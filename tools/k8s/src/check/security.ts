import { type ContainerSpec, containersOf, nameOf, ofKind, type PodOwner, podOwners } from "../objects/objects.ts";
import { ownerAndContainer } from "./environment.ts";
import type { Rule } from "./scene.ts";

const VOLUMES = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
];
const SECCOMP = ["RuntimeDefault", "Localhost"];

/** Pod Security "restricted", and what we ask beyond it: a read-only root, no token, an image that says its version. */
export const security: Rule = ({ objects }) => [
  ...ofKind(objects, "Namespace").flatMap((namespace) =>
    namespace.metadata.labels?.["pod-security.kubernetes.io/enforce"] === "restricted"
      ? []
      : [
          `${nameOf(namespace)}: does not enforce Pod Security "restricted"; give it the label pod-security.kubernetes.io/enforce.`,
        ],
  ),
  ...ofKind(objects, "ServiceAccount")
    .filter(({ automountServiceAccountToken }) => automountServiceAccountToken !== false)
    .map((account) => `${nameOf(account)}: hands its token to every pod; set automountServiceAccountToken to false.`),
  ...podOwners(objects).flatMap((owner) => [
    ...ofPod(owner),
    ...containersOf(owner).flatMap((one) => ofContainer(owner, one)),
  ]),
];

function ofPod(owner: PodOwner): readonly string[] {
  const pod = owner.spec.template.spec;
  const who = nameOf(owner);
  const problems: string[] = [];
  for (const field of ["hostNetwork", "hostPID", "hostIPC"] as const) {
    if (pod[field] === true)
      problems.push(`${who}: shares the node's by ${field}, which "restricted" forbids; take it out.`);
  }
  for (const volume of pod.volumes ?? []) {
    const kinds = Object.keys(volume).filter((key) => key !== "name");
    const wrong = kinds.filter((kind) => !VOLUMES.includes(kind));
    problems.push(
      ...wrong.map((kind) => `${who}: has a volume of the kind ${kind}, which "restricted" forbids; use another.`),
    );
  }
  if (pod.automountServiceAccountToken !== false) {
    problems.push(
      `${who}: gets a token for Kubernetes' API, which it has no use for; set automountServiceAccountToken to false.`,
    );
  }
  if ((pod.securityContext?.sysctls ?? []).length > 0) problems.push(`${who}: sets sysctls; take them out.`);
  return problems;
}

function ofContainer(owner: PodOwner, container: ContainerSpec): readonly string[] {
  const who = ownerAndContainer(owner, container);
  const pod = owner.spec.template.spec.securityContext ?? {};
  const own = container.securityContext ?? {};
  const problems: string[] = [];
  if (own.privileged === true) problems.push(`${who}: is privileged, which "restricted" forbids; take that out.`);
  if (own.allowPrivilegeEscalation !== false) {
    problems.push(`${who}: may gain privileges; set securityContext.allowPrivilegeEscalation to false.`);
  }
  if (own.capabilities?.drop?.includes("ALL") !== true) {
    problems.push(`${who}: keeps capabilities; set securityContext.capabilities.drop to [ALL].`);
  }
  const added = (own.capabilities?.add ?? []).filter((name) => name !== "NET_BIND_SERVICE");
  problems.push(
    ...added.map((name) => `${who}: adds the capability ${name}, which "restricted" forbids; take it out.`),
  );
  if ((own.runAsNonRoot ?? pod.runAsNonRoot) !== true)
    problems.push(`${who}: may run as root; set runAsNonRoot to true.`);
  const user = own.runAsUser ?? pod.runAsUser;
  if (user === undefined || user === 0)
    problems.push(
      `${who}: runs as ${user === 0 ? "root" : "whoever the image says"}; set runAsUser to a number above 0.`,
    );
  if (!SECCOMP.includes((own.seccompProfile ?? pod.seccompProfile)?.type ?? "")) {
    problems.push(`${who}: may call the whole kernel; set seccompProfile.type to RuntimeDefault.`);
  }
  if (own.procMount !== undefined && own.procMount !== "Default")
    problems.push(`${who}: sees all of /proc; take procMount out.`);
  if (own.readOnlyRootFilesystem !== true) {
    problems.push(`${who}: may write to its image; set securityContext.readOnlyRootFilesystem to true.`);
  }
  const hostPorts = (container.ports ?? []).filter(({ hostPort }) => hostPort !== undefined);
  problems.push(
    ...hostPorts.map(
      ({ hostPort }) => `${who}: takes the port ${hostPort} of the node, which "restricted" forbids; take it out.`,
    ),
  );
  const version = /(?::([\w.-]+)|@sha256:[0-9a-f]{64})$/.exec(container.image ?? "");
  if (version === null || version[1] === "latest") {
    problems.push(`${who}: its image ${container.image ?? ""} does not say its version; set newTag in the overlay.`);
  }
  return problems;
}
