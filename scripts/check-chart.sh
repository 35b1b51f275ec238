#!/bin/sh
# Checks the Helm chart as a cluster would read it: helm lint, and kubeconform on what the chart renders, for each file of
# values below deploy/helm/longhaul/ci. Takes helm and kubeconform from the PATH, or builds them with Go into .cache; the
# schemas of Kubernetes come from a Python wheel, by pip. Needs Node and, for what is missing, Go 1.25 and pip.
#
#   scripts/check-chart.sh [version of Kubernetes, default 1.36.0]
set -eu
cd "$(dirname "$0")/.."
KUBERNETES=${1:-1.36.0}
HELM_VERSION=v3.22.0
KUBECONFORM_VERSION=v0.8.0
WHEEL=kubernetes-validate==1.37.0
CHART=deploy/helm/longhaul
CACHE=$PWD/.cache/chart
mkdir -p "$CACHE"

# tool <name> <Go package>@<version>: prints its path.
tool() {
  if command -v "$1"; then return; fi
  if [ ! -x "$CACHE/bin/$1" ]; then GOBIN="$CACHE/bin" go install "$2" >&2; fi
  echo "$CACHE/bin/$1"
}
helm=$(tool helm "helm.sh/helm/v3/cmd/helm@$HELM_VERSION")
kubeconform=$(tool kubeconform "github.com/yannh/kubeconform/cmd/kubeconform@$KUBECONFORM_VERSION")

# In the wheel schemas name themselves, and one another, by addresses: here they are files side by side.
schemas=$CACHE/schemas-$KUBERNETES
if [ ! -e "$schemas/deployment-apps-v1.json" ]; then
  python3 -m pip download --quiet --no-deps --only-binary :all: --dest "$CACHE/wheel" "$WHEEL"
  rm -rf "$schemas" && mkdir -p "$schemas"
  python3 -m zipfile -e "$CACHE"/wheel/*.whl "$CACHE/unpacked"
  node -e '
    const { readdirSync, readFileSync, writeFileSync } = require("node:fs");
    const [from, to] = process.argv.slice(1);
    for (const name of readdirSync(from)) {
      const { $id, ...schema } = JSON.parse(readFileSync(`${from}/${name}`, "utf8"));
      writeFileSync(`${to}/${name}`, JSON.stringify(schema).replaceAll(`"/api/_definitions.json`, `"_definitions.json`));
    }' "$CACHE/unpacked/kubernetes_validate/kubernetes-json-schema/v$KUBERNETES-local-strict" "$schemas"
  rm -rf "$CACHE/unpacked"
fi

for values in "$CHART"/ci/*.yaml; do
  echo "== $values"
  "$helm" lint --quiet --strict --kube-version "$KUBERNETES" "$CHART" --values "$values"
  # Resources of KEDA and of the Prometheus Operator are none of Kubernetes' own.
  "$helm" template checked "$CHART" --kube-version "$KUBERNETES" --values "$values" |
    "$kubeconform" -strict -summary -skip ScaledObject,ServiceMonitor,PodMonitor \
      -schema-location "$schemas/{{.ResourceKind}}{{.KindSuffix}}.json"
done

# What must not be installed is refused: no values at all, a role that nobody has, a secret among the variables.
for refused in '--values /dev/null' '--set workers[0].roles={store},workers[1].roles={store}' '--set config.JWT_SECRET=x'; do
  case $refused in --set*) refused="--values $CHART/ci/least.yaml $refused" ;; esac
  # shellcheck disable=SC2086 -- several arguments in one
  if "$helm" template checked "$CHART" --kube-version "$KUBERNETES" $refused >"$CACHE/refused.log" 2>&1; then
    echo "not refused: $refused" >&2
    exit 1
  fi
done
echo "The chart is sound."
