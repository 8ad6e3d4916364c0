import type { Edit } from "./edit.ts";

/** A mistake that somebody could make in a manifest, and what has to be said of it. */
export interface ObjectMistake {
  readonly mistake: string;
  /** "prod" where nothing is said. */
  readonly overlay?: string;
  /** "Deployment edge-rest"; a ConfigMap by the beginning of its name. */
  readonly object: string;
  readonly edits?: readonly Edit[];
  /** The object is taken away, or this one is added beside it. */
  readonly removed?: true;
  readonly added?: unknown;
  readonly says: RegExp;
}

const pod = "spec/template/spec";
const container = `${pod}/containers/0`;

const placement: readonly ObjectMistake[] = [
  {
    mistake: "a toleration is forgotten",
    object: "Deployment report-worker",
    edits: [{ at: `${pod}/tolerations` }],
    says: /Deployment report-worker: does not tolerate the taint staymesh\.io\/pool=compute:NoSchedule .* run npm run k8s:render/,
  },
  {
    mistake: "a node selector is forgotten",
    object: "StatefulSet redis-index",
    edits: [{ at: `${pod}/nodeSelector` }],
    says: /StatefulSet redis-index: selects no pool, but lives in memory .* run npm run k8s:render/,
  },
  {
    mistake: "a pod goes to the pool of others",
    object: "Deployment report-svc",
    edits: [{ at: `${pod}/nodeSelector`, to: { "staymesh.io/pool": "memory" } }],
    says: /Deployment report-svc: selects the pool memory, but lives in general/,
  },
  {
    mistake: "a pod selects a pool that is not there",
    object: "Deployment report-worker",
    edits: [{ at: `${pod}/nodeSelector`, to: { "staymesh.io/pool": "gpu" } }],
    says: /Deployment report-worker: .*there is no pool gpu in k8s\/pools\.yaml; the pools are memory, compute, general/,
  },
  {
    mistake: "a pod tolerates everything",
    object: "Deployment edge-rest",
    edits: [{ at: `${pod}/tolerations`, to: [{ operator: "Exists" }] }],
    says: /Deployment edge-rest: tolerates the taint of the pool memory, which is not its own; take the toleration out/,
  },
  {
    mistake: "one pod asks for more than a node has",
    object: "StatefulSet redis-index",
    edits: [{ at: `${container}/resources/requests/memory`, to: "40Gi" }],
    says: /StatefulSet redis-index: 1 of its pods would wait .* no node of the pool memory has 1 cpu and 40Gi/,
  },
  {
    mistake: "there are more replicas than a pool has room for",
    object: "Deployment payment-svc",
    edits: [{ at: "spec/replicas", to: 60 }],
    says: /Deployment payment-svc: \d+ of its pods would wait when everything starts, .* let it have more nodes/,
  },
  {
    mistake: "a rolling update has no room for its surge",
    object: "Deployment report-worker",
    edits: [{ at: "spec/replicas", to: 6 }],
    says: /Deployment report-worker: 1 of its pods would wait when report-worker is rolled out/,
  },
  {
    mistake: "the loss of a zone leaves too little room",
    object: "Deployment reservation-svc",
    edits: [
      { at: `${container}/resources/requests/memory`, to: "16Gi" },
      { at: `${container}/resources/limits/memory`, to: "16Gi" },
    ],
    says: /Deployment reservation-svc: 1 of its pods would wait when the zone [abc] is lost/,
  },
  {
    mistake: "a volume for one node is wanted on several",
    object: "PersistentVolumeClaim report-files",
    edits: [{ at: "spec/accessModes", to: ["ReadWriteOnce"] }],
    says: /PersistentVolumeClaim report-files: may be mounted by one node only, .* set accessModes to \[ReadWriteMany\]/,
  },
];

const references: readonly ObjectMistake[] = [
  {
    mistake: "a field is misspelt",
    object: "Deployment edge-rest",
    edits: [{ at: `${container}/readinesProbe`, to: {} }],
    says: /Deployment edge-rest: spec\.template\.spec\.containers\[0\] has the field readinesProbe, .* did you mean readinessProbe\?/,
  },
  {
    mistake: "a number is written as a text",
    object: "Deployment edge-rest",
    edits: [{ at: `${pod}/topologySpreadConstraints/0/maxSkew`, to: "1" }],
    says: /Deployment edge-rest: .*maxSkew is "1" and must be of the type integer/,
  },
  {
    mistake: "a service selects nobody",
    object: "Service payment-svc",
    edits: [{ at: "spec/selector", to: { "app.kubernetes.io/name": "payments" } }],
    says: /Service payment-svc: its selector fits no pod; mend it/,
  },
  {
    mistake: "a service leads to a port that nobody opens",
    object: "Service payment-svc",
    edits: [{ at: "spec/ports/0/targetPort", to: "grcp" }],
    says: /Service payment-svc: its port grpc leads to grcp, .* mend targetPort/,
  },
  {
    mistake: "a probe asks a port that is not there",
    object: "Deployment report-svc",
    edits: [{ at: `${container}/livenessProbe/httpGet/port`, to: "adminn" }],
    says: /Deployment report-svc: its livenessProbe asks the port adminn, .* mend the name/,
  },
  {
    mistake: "an account is not there",
    object: "Deployment report-worker",
    edits: [{ at: `${pod}/serviceAccountName`, to: "worker" }],
    says: /Deployment report-worker: runs as the ServiceAccount worker, which is not there/,
  },
  {
    mistake: "a priority class is not there",
    object: "Deployment report-worker",
    edits: [{ at: `${pod}/priorityClassName`, to: "batch" }],
    says: /Deployment report-worker: is of the PriorityClass batch, .* take one of k8s\/base\/priority-classes\.yaml/,
  },
  {
    mistake: "a stateful set belongs to no service",
    object: "StatefulSet redis-queue",
    edits: [{ at: "spec/serviceName", to: "redis" }],
    says: /StatefulSet redis-queue: belongs to the Service redis, .* mend serviceName/,
  },
  {
    mistake: "a budget protects nobody",
    object: "PodDisruptionBudget edge-rest",
    edits: [{ at: "spec/selector", to: { matchLabels: { "app.kubernetes.io/name": "edge" } } }],
    says: /PodDisruptionBudget edge-rest: its selector fits no pod/,
  },
  {
    mistake: "a scaler scales nothing",
    object: "Deployment edge-rest",
    added: {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "edge" },
      spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "edge" }, maxReplicas: 9 },
    },
    says: /HorizontalPodAutoscaler edge: scales the Deployment edge, which is not there; mend scaleTargetRef/,
  },
  {
    mistake: "an object is there twice",
    object: "Service edge-rest",
    added: { apiVersion: "v1", kind: "Service", metadata: { name: "edge-rest" }, spec: { selector: {} } },
    says: /Service edge-rest: is there twice/,
  },
  {
    mistake: "a file is mounted by subPath, so that it never changes",
    object: "Deployment payment-svc",
    edits: [{ at: `${container}/volumeMounts/0/subPath`, to: "partners.json" }],
    says: /Deployment payment-svc: mounts \/etc\/staymesh\/partners by subPath, .* mount the folder/,
  },
  {
    mistake: "a secret stands in prod with its value",
    object: "Deployment payment-svc",
    added: { apiVersion: "v1", kind: "Secret", metadata: { name: "payment-svc" }, stringData: { DATABASE_URL: "x" } },
    says: /Secret payment-svc: its values stand in the overlay prod; take it out/,
  },
];

const settings: readonly ObjectMistake[] = [
  {
    mistake: "a variable is misspelt",
    object: "Deployment reservation-svc",
    edits: [{ at: `${container}/env/name=DRAIN_TIMEOUT_MS/name`, to: "DRAIN_TIMEOUT" }],
    says: /Deployment reservation-svc: sets DRAIN_TIMEOUT, which services\/reservation-svc\/src\/main\.ts does not read; mend the name/,
  },
  {
    mistake: "a variable of a worker is missing",
    object: "Deployment report-worker",
    edits: [{ at: `${container}/env/name=REDIS_QUEUE_URL` }],
    says: /Deployment report-worker: services\/report-svc\/src\/worker\.ts would not start, since REDIS_QUEUE_URL is missing/,
  },
  {
    mistake: "a value is of the wrong form",
    object: "Deployment report-svc",
    edits: [
      {
        at: `${container}/env/name=RESERVATION_ADDRESS`,
        to: { name: "RESERVATION_ADDRESS", value: "reservation-svc" },
      },
    ],
    says: /Deployment report-svc: .* would not start, since RESERVATION_ADDRESS must be host:port/,
  },
  {
    mistake: "a key of a ConfigMap is misspelt",
    object: "Deployment payment-svc",
    edits: [{ at: `${container}/env/name=SANDBOX_BANK_URL/valueFrom/configMapKeyRef/key`, to: "BANK_URL" }],
    says: /Deployment payment-svc: SANDBOX_BANK_URL comes from the key BANK_URL of the ConfigMap mesh\S*, which is not there/,
  },
  {
    mistake: "a key of a secret is misspelt",
    object: "Deployment payment-svc",
    edits: [{ at: `${container}/env/name=DATABASE_URL/valueFrom/secretKeyRef/key`, to: "DATABASE" }],
    says: /Deployment payment-svc: DATABASE_URL comes from the key DATABASE of the Secret payment-svc, which k8s\/secrets\.yaml does not know/,
  },
  {
    mistake: "a service listens where nobody reaches it",
    object: "Deployment edge-rest",
    edits: [{ at: `${container}/env/name=HOST` }],
    says: /Deployment edge-rest: listens on 127\.0\.0\.1, .* set HOST to 0\.0\.0\.0/,
  },
  {
    mistake: "a service opens another port than its container declares",
    object: "Deployment reservation-svc",
    edits: [{ at: `${container}/env/name=PORT/value`, to: "50061" }],
    says: /Deployment reservation-svc: its program opens the port 50061 where the container declares 50051 as "grpc"/,
  },
  {
    mistake: "a worker is given a port",
    object: "Deployment report-worker",
    edits: [{ at: `${container}/env/end`, to: { name: "PORT", value: "50053" } }],
    says: /Deployment report-worker: sets PORT, but a worker serves nothing; take it out/,
  },
  {
    mistake: "an address leads to somebody whom nobody may call",
    object: "Deployment reservation-svc",
    edits: [
      { at: `${container}/env/name=PAYMENT_ADDRESS`, to: { name: "PAYMENT_ADDRESS", value: "report-svc:50053" } },
    ],
    says: /Deployment reservation-svc: PAYMENT_ADDRESS leads to report-svc, but k8s\/calls\.yaml has no call from reservation-svc to report-svc/,
  },
  {
    mistake: "the edge does not know a service of the contract",
    object: "Deployment edge-rest",
    edits: [
      {
        at: `${container}/env/name=UPSTREAMS`,
        to: { name: "UPSTREAMS", value: "staymesh.reservation.v1.StayService=reservation-svc:50051" },
      },
    ],
    says: /Deployment edge-rest: UPSTREAMS does not name staymesh\.report\.v1\.ReportService, .* add it to k8s\/base\/upstreams\.txt/,
  },
  {
    mistake: "a container starts a file that is not there",
    object: "Deployment report-worker",
    edits: [{ at: `${container}/command`, to: ["node", "services/report-svc/src/workers.ts"] }],
    says: /Deployment report-worker: starts services\/report-svc\/src\/workers\.ts, which is not in the repository; mend its command/,
  },
];

const lifecycle: readonly ObjectMistake[] = [
  {
    mistake: "a pod is killed before it has drained",
    object: "Deployment payment-svc",
    edits: [{ at: `${pod}/terminationGracePeriodSeconds` }],
    says: /Deployment payment-svc: is killed after 30 s, but .* may take 45 s; set terminationGracePeriodSeconds/,
  },
  {
    mistake: "a drain is shorter than the longest call",
    object: "Deployment payment-svc",
    edits: [{ at: `${container}/env/name=DRAIN_TIMEOUT_MS/value`, to: "10000" }],
    says: /Deployment payment-svc: .* the longest call may take 30 s; raise DRAIN_TIMEOUT_MS/,
  },
  {
    mistake: "a pod stops before its callers know",
    object: "Deployment edge-rest",
    edits: [{ at: `${container}/lifecycle` }],
    says: /Deployment edge-rest: stops 0 s after it was told to, .* let preStop sleep/,
  },
  {
    mistake: "a preStop needs a shell",
    object: "Deployment edge-rest",
    edits: [{ at: `${container}/lifecycle/preStop`, to: { exec: { command: ["sleep", "5"] } } }],
    says: /Deployment edge-rest: its preStop runs a command, but the image has no shell; use sleep/,
  },
  {
    mistake: "a database that is away restarts the service",
    object: "Deployment reservation-svc",
    edits: [{ at: `${container}/livenessProbe/httpGet/path`, to: "/readyz" }],
    says: /Deployment reservation-svc: its livenessProbe asks \/readyz, .* ask \/healthz/,
  },
  {
    mistake: "a probe asks the port that may speak TLS",
    object: "Deployment reservation-svc",
    edits: [{ at: `${container}/readinessProbe`, to: { grpc: { port: 50051 } } }],
    says: /Deployment reservation-svc: its readinessProbe must ask the admin port/,
  },
  {
    mistake: "a probe is less patient than the answer",
    object: "Deployment report-svc",
    edits: [{ at: `${container}/readinessProbe/timeoutSeconds`, to: 1 }],
    says: /Deployment report-svc: its readinessProbe waits 1 s, .* wait 3 s/,
  },
  {
    mistake: "a service has no startup probe",
    object: "Deployment report-svc",
    edits: [{ at: `${container}/startupProbe` }],
    says: /Deployment report-svc: has no startupProbe; add one/,
  },
  {
    mistake: "a budget lets nobody go",
    object: "PodDisruptionBudget payment-svc",
    edits: [{ at: "spec/maxUnavailable" }, { at: "spec/minAvailable", to: "100%" }],
    says: /PodDisruptionBudget payment-svc: lets none of its 3 pods go, .* set maxUnavailable to 1/,
  },
  {
    mistake: "a service has no budget",
    object: "PodDisruptionBudget report-svc",
    removed: true,
    says: /Deployment report-svc: has no PodDisruptionBudget/,
  },
  {
    mistake: "a rollout takes pods away first",
    object: "Deployment edge-rest",
    edits: [{ at: "spec/strategy", to: { type: "Recreate" } }],
    says: /Deployment edge-rest: takes pods away before their successors are ready/,
  },
];

const access: readonly ObjectMistake[] = [
  {
    mistake: "a container runs as root",
    object: "Deployment edge-rest",
    edits: [{ at: `${pod}/securityContext/runAsUser`, to: 0 }],
    says: /Deployment edge-rest: runs as root; set runAsUser/,
  },
  {
    mistake: "a container may gain privileges",
    object: "StatefulSet redis-index",
    edits: [{ at: `${container}/securityContext/allowPrivilegeEscalation` }],
    says: /StatefulSet redis-index: may gain privileges; set securityContext\.allowPrivilegeEscalation to false/,
  },
  {
    mistake: "a container keeps its capabilities",
    object: "Job migrate-payment-svc",
    edits: [{ at: `${container}/securityContext/capabilities/drop`, to: ["NET_RAW"] }],
    says: /Job migrate-payment-svc: keeps capabilities; set securityContext\.capabilities\.drop to \[ALL\]/,
  },
  {
    mistake: "a container may write to its image",
    object: "Deployment edge-rest",
    edits: [{ at: `${container}/securityContext/readOnlyRootFilesystem`, to: false }],
    says: /Deployment edge-rest: may write to its image/,
  },
  {
    mistake: "a pod reaches for the node's disk",
    object: "Deployment report-worker",
    edits: [{ at: `${pod}/volumes/name=tmp`, to: { name: "tmp", hostPath: { path: "/tmp" } } }],
    says: /Deployment report-worker: has a volume of the kind hostPath, which "restricted" forbids/,
  },
  {
    mistake: "the namespace lets anything in",
    object: "Namespace staymesh",
    edits: [{ at: "metadata/labels" }],
    says: /Namespace staymesh: does not enforce Pod Security "restricted"/,
  },
  {
    mistake: "an account hands out its token",
    object: "ServiceAccount edge-rest",
    edits: [{ at: "automountServiceAccountToken" }],
    says: /ServiceAccount edge-rest: hands its token to every pod; set automountServiceAccountToken to false/,
  },
  {
    mistake: "an image does not say its version",
    object: "Deployment edge-rest",
    edits: [{ at: `${container}/image`, to: "staymesh/edge-rest:latest" }],
    says: /Deployment edge-rest: its image staymesh\/edge-rest:latest does not say its version; set newTag/,
  },
  {
    mistake: "a policy forgets a caller",
    object: "NetworkPolicy payment-svc",
    edits: [{ at: "spec/ingress/0/from/1" }],
    says: /NetworkPolicy of payment-svc: does not let reservation-svc in at port 50052, which has to call it; run npm run k8s:render/,
  },
  {
    mistake: "a policy forgets a callee",
    object: "NetworkPolicy reservation-svc",
    edits: [{ at: "spec/egress" }],
    says: /NetworkPolicy of reservation-svc: does not let it out to payment-svc at port 50052/,
  },
  {
    mistake: "a policy lets everybody in",
    object: "NetworkPolicy payment-svc",
    edits: [{ at: "spec/ingress/0/from" }],
    says: /NetworkPolicy: the outside may connect to payment-svc at port 50052, a call that k8s\/calls\.yaml does not have/,
  },
  {
    mistake: "a policy lets somebody out to anywhere",
    object: "NetworkPolicy report-worker",
    edits: [{ at: "spec/egress/end", to: {} }],
    says: /report-worker.* a call that k8s\/calls\.yaml does not have/,
  },
  {
    mistake: "nothing is denied any more",
    object: "NetworkPolicy deny-all",
    removed: true,
    says: /NetworkPolicy of migrate: none of the type Ingress is for it, so that it allows everything; put deny-all back/,
  },
  {
    mistake: "names cannot be looked up",
    object: "NetworkPolicy look-up-names",
    removed: true,
    says: /NetworkPolicy of edge-rest: does not let it out to the cluster's DNS at port 53/,
  },
];

const sizes: readonly ObjectMistake[] = [
  {
    mistake: "the queue evicts jobs",
    object: "StatefulSet redis-queue",
    edits: [{ at: `${container}/args/5`, to: "allkeys-lru" }],
    says: /StatefulSet redis-queue: evicts by allkeys-lru, but must by noeviction; set --maxmemory-policy/,
  },
  {
    mistake: "Redis has no memory left to fork with",
    object: "StatefulSet redis-index",
    edits: [{ at: `${container}/env/name=MAXMEMORY/value`, to: "7900mb" }],
    says: /StatefulSet redis-index: may fill 96 % of its 8Gi with data/,
  },
  {
    mistake: "a process is slowed down by a limit of cpu",
    object: "Deployment edge-rest",
    edits: [{ at: `${container}/resources/limits/cpu`, to: "1" }],
    says: /Deployment edge-rest: has a limit of cpu, .* take it out/,
  },
  {
    mistake: "a process counts on memory that it did not ask for",
    object: "Deployment edge-rest",
    edits: [{ at: `${container}/resources/limits/memory`, to: "8Gi" }],
    says: /Deployment edge-rest: asks for 1536Mi of memory with a limit of 8Gi; make them the same/,
  },
  {
    mistake: "Node's heap may outgrow the container",
    object: "Deployment payment-svc",
    edits: [{ at: `${container}/env/name=NODE_OPTIONS/value`, to: "--max-old-space-size=1536" }],
    says: /Deployment payment-svc: lets Node's heap grow to 1536 MiB of the 1536 MiB that it has/,
  },
  {
    mistake: "a pod says nothing of what it needs",
    overlay: "staging",
    object: "StatefulSet postgres",
    edits: [{ at: `${container}/resources` }],
    says: /StatefulSet postgres: asks for no cpu, so that it is placed blindly; give it a size in k8s\/pools\.yaml/,
  },
];

export const objectMistakes: readonly ObjectMistake[] = [
  ...placement,
  ...references,
  ...settings,
  ...lifecycle,
  ...access,
  ...sizes,
];
