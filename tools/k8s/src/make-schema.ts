// node src/make-schema.ts <kubernetes-openapi.json[.gz]>: writes the strict schema of the kinds that we may render, without descriptions.
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { strictSchema } from "./schema/strict-schema.ts";

const KINDS = [
  "v1 ConfigMap",
  "v1 LimitRange",
  "v1 Namespace",
  "v1 PersistentVolumeClaim",
  "v1 Pod",
  "v1 ResourceQuota",
  "v1 Secret",
  "v1 Service",
  "v1 ServiceAccount",
  "apps/v1 DaemonSet",
  "apps/v1 Deployment",
  "apps/v1 StatefulSet",
  "autoscaling/v2 HorizontalPodAutoscaler",
  "batch/v1 CronJob",
  "batch/v1 Job",
  "networking.k8s.io/v1 Ingress",
  "networking.k8s.io/v1 NetworkPolicy",
  "policy/v1 PodDisruptionBudget",
  "rbac.authorization.k8s.io/v1 Role",
  "rbac.authorization.k8s.io/v1 RoleBinding",
  "scheduling.k8s.io/v1 PriorityClass",
];

const [path] = process.argv.slice(2);
if (path === undefined) {
  console.error("usage: node src/make-schema.ts <kubernetes-openapi.json or .json.gz>");
  process.exitCode = 2;
} else {
  const packed = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(packed) : packed).toString("utf8");
  const schema = strictSchema(JSON.parse(text), KINDS);
  const small = gzipSync(JSON.stringify(schema), { level: 9 });
  writeFileSync(new URL("./schema/kubernetes.json.gz", import.meta.url), small);
  console.log(`${Object.keys(schema.definitions).length} definitions, ${small.length} bytes`);
}
