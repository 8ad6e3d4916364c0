/** A mistake that somebody could make in pools.yaml, as a change of its text, and the one sentence that has to be said of it. */
export interface PoolsMistake {
  readonly mistake: string;
  readonly from: string | RegExp;
  readonly to: string;
  readonly says: RegExp;
}

export const poolsMistakes: readonly PoolsMistake[] = [
  {
    mistake: "a workload is to live in a pool that is not there",
    from: "  report-worker:\n    pool: compute",
    to: "  report-worker:\n    pool: computer",
    says: /^k8s\/pools\.yaml: report-worker is to live in the pool "computer", which does not exist; the pools are compute, general, memory\.$/,
  },
  {
    mistake: "a pod asks for more cpu than any node has",
    from: "cpu: 2500m, memory: 4Gi",
    to: "cpu: 9, memory: 4Gi",
    says: /^k8s\/pools\.yaml: one pod of report-worker asks for 9 cpu in prod, but a node of the pool compute has only 7\.71 to give; .*\.$/,
  },
  {
    mistake: "a pod asks for more memory than any node has",
    from: "prod: { replicas: 1, cpu: 1, memory: 8Gi }",
    to: "prod: { replicas: 1, cpu: 1, memory: 31Gi }",
    says: /^k8s\/pools\.yaml: one pod of redis-index asks for 31Gi of memory in prod, but a node of the pool memory has only 27\.\dGi to give; .*\.$/,
  },
  {
    mistake: "a quantity is none",
    from: "cpu: 1, memory: 6656Mi",
    to: "cpu: 1, memory: 6.5GB",
    says: /^k8s\/pools\.yaml: workloads\.reservation-svc\.prod\.memory is "6\.5GB"; it must be a quantity of memory such as 512Mi or 4Gi\.$/,
  },
  {
    mistake: "memory is written without its unit",
    from: "cpu: 1, memory: 6656Mi",
    to: "cpu: 1, memory: 6656",
    says: /^k8s\/pools\.yaml: workloads\.reservation-svc\.prod\.memory is 6656; it must be a quantity of memory/,
  },
  {
    mistake: "a workload stands there twice",
    from: "  payment-svc:\n",
    to: "  edge-rest:\n",
    says: /^k8s\/pools\.yaml, line \d+: edge-rest stands there a second time; keep one of the two\.$/,
  },
  {
    mistake: "a field is misspelt",
    from: "    taint: NoSchedule\n    memoryPerCpu: { min: 6Gi }",
    to: "    taints: NoSchedule\n    taint: NoSchedule\n    memoryPerCpu: { min: 6Gi }",
    says: /^k8s\/pools\.yaml: pools\.memory\.taints is a field that nobody knows; pools\.memory has holds, shape, taint,/,
  },
  {
    mistake: "it is not said whether a pool is tainted",
    from: "    taint: NoSchedule\n    memoryPerCpu: { max: 2Gi }",
    to: "    memoryPerCpu: { max: 2Gi }",
    says: /^k8s\/pools\.yaml: pools\.compute\.taint is missing; it must be one of NoSchedule, none\.$/,
  },
  {
    mistake: "a pool has its most before its least",
    from: "prod: [3, 9]",
    to: "prod: [9, 3]",
    says: /^k8s\/pools\.yaml: pools\.memory\.nodes\.prod says at least 9 and at most 3; the least comes first\.$/,
  },
  {
    mistake: "a pool has one node, though one may be drained",
    from: "prod: [2, 12]",
    to: "prod: [1, 12]",
    says: /^k8s\/pools\.yaml: prod is to survive the loss of a node, but the pool compute may have as few as 1; let it have 2\.$/,
  },
  {
    mistake: "a service has one replica, though its node may be drained",
    from: "prod: { replicas: 2, cpu: 250m, memory: 1Gi }",
    to: "prod: { replicas: 1, cpu: 250m, memory: 1Gi }",
    says: /^k8s\/pools\.yaml: report-svc has one replica in prod, so a drain interrupts it; give it 2\.$/,
  },
  {
    mistake: "there are no replicas at all",
    from: "prod: { replicas: 2, cpu: 250m, memory: 1Gi }",
    to: "prod: { replicas: 0, cpu: 250m, memory: 1Gi }",
    says: /^k8s\/pools\.yaml: workloads\.report-svc\.prod\.replicas is 0; it must be a whole number from 1 up\.$/,
  },
  {
    mistake: "a pod asks in other proportions than its pool is made for",
    from: "cpu: 1, memory: 6656Mi",
    to: "cpu: 2, memory: 6656Mi",
    says: /^k8s\/pools\.yaml: reservation-svc asks for 3\.3Gi of memory per cpu in prod, less than the 6Gi that the pool memory is made for; /,
  },
  {
    mistake: "a full pool leaves half of its memory idle",
    from: /prod: \{ replicas: 3, cpu: 500m, memory: 1536Mi \}/g,
    to: "prod: { replicas: 3, cpu: 1, memory: 1536Mi }",
    says: /^k8s\/pools\.yaml: when the nodes of the pool general are full in prod, \d+ % of their memory lies idle, /,
  },
  {
    mistake: "a worker renders more than it has memory for",
    from: "rendering: { processes: 2, memoryMb: 1024 }",
    to: "rendering: { processes: 2, memoryMb: 2048 }",
    says: /^k8s\/pools\.yaml: report-worker asks for 4Gi of memory in prod, but rendering 2 documents of 2048 MB .* takes 4\.5Gi; /,
  },
  {
    mistake: "a workload is of a name that nobody has",
    from: "  sandbox-bank:\n",
    to: "  sandbank:\n",
    says: /^k8s\/pools\.yaml: there is no workload sandbank in k8s\/base or k8s\/components; there are /,
  },
  {
    mistake: "a size is for an environment that is not there",
    from: "    dev: { replicas: 1, cpu: 50m, memory: 128Mi }",
    to: "    test: { replicas: 1, cpu: 50m, memory: 128Mi }",
    says: /^k8s\/pools\.yaml: workloads\.sandbox-bank\.test is a field that nobody knows; /,
  },
  {
    mistake: "the key of the pools is no label",
    from: "label: staymesh.io/pool",
    to: "label: pool",
    says: /^k8s\/pools\.yaml: label is "pool", which is no label key with a prefix; /,
  },
];
