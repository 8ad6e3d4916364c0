/** Rendered objects, in the shape of Kubernetes' API as far as the check reads it. The strict schema has proven the shape before. */

import type { LabelSelector, Labels, PodSpec } from "../scheduler/objects.ts";

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels };
}

export function isObject(value: unknown): value is KubeObject {
  if (typeof value !== "object" || value === null) return false;
  const { apiVersion, kind, metadata }: Partial<KubeObject> = value;
  return typeof apiVersion === "string" && typeof kind === "string" && typeof metadata?.name === "string";
}

/** "Deployment edge-rest". */
export const nameOf = ({ kind, metadata }: KubeObject): string => `${kind} ${metadata.name}`;

export interface Probe {
  readonly httpGet?: { readonly path?: string; readonly port: number | string };
  readonly tcpSocket?: { readonly port: number | string };
  readonly exec?: { readonly command?: readonly string[] };
  readonly grpc?: { readonly port: number };
  readonly timeoutSeconds?: number;
  readonly periodSeconds?: number;
  readonly failureThreshold?: number;
}

export interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly configMapKeyRef?: { readonly name: string; readonly key: string; readonly optional?: boolean };
    readonly secretKeyRef?: { readonly name: string; readonly key: string; readonly optional?: boolean };
    readonly fieldRef?: { readonly fieldPath: string };
  };
}

export interface SecurityContext {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly seccompProfile?: { readonly type: string };
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly procMount?: string;
  readonly sysctls?: readonly { readonly name: string }[];
}

export interface Mount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly?: boolean;
}

export interface ContainerSpec {
  readonly name: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number; readonly hostPort?: number }[];
  readonly env?: readonly Variable[];
  readonly envFrom?: readonly unknown[];
  readonly resources?: {
    readonly requests?: { readonly cpu?: string; readonly memory?: string };
    readonly limits?: { readonly cpu?: string; readonly memory?: string };
  };
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly lifecycle?: {
    readonly preStop?: { readonly sleep?: { readonly seconds: number }; readonly exec?: unknown };
  };
  readonly securityContext?: SecurityContext;
  readonly volumeMounts?: readonly Mount[];
}

export interface Volume {
  readonly name: string;
  readonly secret?: { readonly secretName?: string; readonly optional?: boolean };
  readonly configMap?: { readonly name?: string };
  readonly persistentVolumeClaim?: { readonly claimName: string };
  readonly emptyDir?: { readonly sizeLimit?: string };
}

export interface OwnedPodSpec extends PodSpec {
  readonly containers: readonly ContainerSpec[];
  readonly initContainers?: readonly ContainerSpec[];
  readonly volumes?: readonly Volume[];
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly securityContext?: SecurityContext;
}

/** A Deployment, StatefulSet, DaemonSet or Job. */
export interface PodOwner extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector?: LabelSelector;
    readonly serviceName?: string;
    readonly strategy?: {
      readonly type?: string;
      readonly rollingUpdate?: { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string };
    };
    readonly template: { readonly metadata?: { readonly labels?: Labels }; readonly spec: OwnedPodSpec };
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
  };
}

export interface ServiceObject extends KubeObject {
  readonly spec: {
    readonly clusterIP?: string;
    readonly selector?: Labels;
    readonly ports?: readonly {
      readonly name?: string;
      readonly port: number;
      readonly targetPort?: number | string;
    }[];
  };
}

export interface ClaimObject extends KubeObject {
  readonly spec: { readonly accessModes?: readonly string[] };
}

export interface DataObject extends KubeObject {
  readonly data?: Labels;
  readonly stringData?: Labels;
}

export interface BudgetObject extends KubeObject {
  readonly spec: {
    readonly selector?: LabelSelector;
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
  };
}

export interface ScalerObject extends KubeObject {
  readonly spec: {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
    readonly minReplicas?: number;
    readonly maxReplicas: number;
  };
}

export interface PriorityObject extends KubeObject {
  readonly value: number;
  readonly preemptionPolicy?: string;
}

export interface Peer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

export interface PolicyPort {
  readonly protocol?: string;
  readonly port?: number | string;
}

export interface PolicyObject extends KubeObject {
  readonly spec: {
    readonly podSelector?: LabelSelector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly { readonly from?: readonly Peer[]; readonly ports?: readonly PolicyPort[] }[];
    readonly egress?: readonly { readonly to?: readonly Peer[]; readonly ports?: readonly PolicyPort[] }[];
  };
}

/** What each kind is, once the strict schema has let it pass. */
interface Kinds {
  readonly Deployment: PodOwner;
  readonly StatefulSet: PodOwner;
  readonly DaemonSet: PodOwner;
  readonly Job: PodOwner;
  readonly Service: ServiceObject;
  readonly ServiceAccount: KubeObject & { readonly automountServiceAccountToken?: boolean };
  readonly ConfigMap: DataObject;
  readonly Secret: DataObject;
  readonly Namespace: KubeObject;
  readonly PersistentVolumeClaim: ClaimObject;
  readonly PodDisruptionBudget: BudgetObject;
  readonly HorizontalPodAutoscaler: ScalerObject;
  readonly PriorityClass: PriorityObject;
  readonly NetworkPolicy: PolicyObject;
}

/** The objects of a kind. */
export function ofKind<K extends keyof Kinds>(objects: readonly KubeObject[], kind: K): readonly Kinds[K][] {
  // Kind decides shape: the strict schema of the kind was passed.
  return objects.filter((object): object is Kinds[K] => object.kind === kind);
}

export function podOwners(objects: readonly KubeObject[]): readonly PodOwner[] {
  const kinds = ["Deployment", "StatefulSet", "DaemonSet", "Job"] as const;
  return kinds.flatMap((kind) => ofKind(objects, kind));
}

export const podLabels = ({ spec }: PodOwner): Labels => spec.template.metadata?.labels ?? {};

export const containersOf = ({ spec }: PodOwner): readonly ContainerSpec[] => [
  ...(spec.template.spec.initContainers ?? []),
  ...spec.template.spec.containers,
];
