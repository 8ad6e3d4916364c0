/** Strict schemas of the kinds that are not Kubernetes' own and that we render: as much of them as we use. */

const text = { type: "string" };
const texts = { type: "array", items: text };
const labels = { type: "object", additionalProperties: text };

const closed = (properties: Readonly<Record<string, unknown>>, required: readonly string[] = []) => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});

const requirement = closed(
  {
    key: text,
    operator: { enum: ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"] },
    values: texts,
    minValues: { type: "integer", minimum: 1 },
  },
  ["key", "operator"],
);

const taint = closed({ key: text, value: text, effect: { enum: ["NoSchedule", "PreferNoSchedule", "NoExecute"] } }, [
  "key",
  "effect",
]);

export const ownSchemas: Readonly<Record<string, object>> = {
  "karpenter.sh/v1 NodePool": closed(
    {
      apiVersion: { const: "karpenter.sh/v1" },
      kind: { const: "NodePool" },
      metadata: closed({ name: text, labels, annotations: labels }, ["name"]),
      spec: closed(
        {
          weight: { type: "integer", minimum: 1, maximum: 100 },
          limits: closed({ cpu: text, memory: text }),
          disruption: closed(
            {
              consolidationPolicy: { enum: ["WhenEmpty", "WhenEmptyOrUnderutilized"] },
              consolidateAfter: { type: "string", pattern: "^([0-9]+(s|m|h))+$|^Never$" },
              budgets: {
                type: "array",
                items: closed(
                  { nodes: { type: "string", pattern: "^[0-9]+%?$" }, schedule: text, duration: text, reasons: texts },
                  ["nodes"],
                ),
              },
            },
            ["consolidateAfter"],
          ),
          template: closed(
            {
              metadata: closed({ labels, annotations: labels }),
              spec: closed(
                {
                  nodeClassRef: closed({ group: text, kind: text, name: text }, ["group", "kind", "name"]),
                  taints: { type: "array", items: taint },
                  startupTaints: { type: "array", items: taint },
                  requirements: { type: "array", items: requirement, minItems: 1 },
                  expireAfter: { type: "string", pattern: "^([0-9]+(s|m|h))+$|^Never$" },
                  terminationGracePeriod: text,
                },
                ["nodeClassRef", "requirements"],
              ),
            },
            ["spec"],
          ),
        },
        ["template"],
      ),
    },
    ["apiVersion", "kind", "metadata", "spec"],
  ),
};
