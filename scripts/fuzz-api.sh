#!/usr/bin/env bash
# Boots Longhaul on free ports with data of its own and lets schemathesis loose on it, with credentials that may move
# assets: no answer may be a 5xx, or anything that /openapi.json does not promise. Everything stays on this machine.
#
# EXAMPLES  requests to make up for each operation and phase (default 60)
# SEED      of the random requests (default 1)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly VERSION=4.32.5
readonly VENV=$PWD/.cache/schemathesis-$VERSION
readonly EXAMPLES=${EXAMPLES:-60}
readonly SEED=${SEED:-1}
readonly CHECKS=not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance

work=$(mktemp -d)
server=
cleanup() {
  if [[ -n $server ]] && kill -TERM "$server" 2>/dev/null; then wait "$server" || true; fi
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

install_schemathesis() {
  [[ -x $VENV/bin/schemathesis ]] && return
  rm -rf "$VENV"
  if ! python3 -m venv "$VENV"; then
    [[ $(id -u) == 0 ]] || { echo 'python3 with venv is needed' >&2; return 1; }
    apt-get update -qq && apt-get install -y -qq python3-venv python3-pip
    rm -rf "$VENV" && python3 -m venv "$VENV"
  fi
  "$VENV/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$VERSION"
}

free_ports() {
  node -e '
    const { createServer } = require("node:net");
    const servers = Array.from({ length: Number(process.argv[1]) }, () => createServer().listen(0, "127.0.0.1"));
    setTimeout(() => {
      console.log(servers.map((server) => server.address().port).join(" "));
      servers.forEach((server) => server.close());
    }, 100);' "$1"
}

# Runs the administrator's tool and prints one member of its answer.
longhaul() {
  local member=$1
  shift
  node --import tsx src/cli.ts --json "$@" | node -p "JSON.parse(require('node:fs').readFileSync(0, 'utf8'))$member"
}

install_schemathesis
read -r PORT TEMPORAL_PORT TEMPORAL_UI_PORT < <(free_ports 3)
export PORT TEMPORAL_PORT TEMPORAL_UI_PORT DATA_DIR=$work/data LOG_LEVEL=warn HOST=127.0.0.1
unset PUBLIC_URL DATABASE_URL TEMPORAL_ADDRESS JWT_SECRET SESSION_SECRET DATA_SECRET OBJECT_STORE_URL JWKS_URL METRICS_PORT

node --import tsx src/start.ts >"$work/server.log" 2>&1 &
server=$!
for _ in $(seq 240); do
  node deploy/server-health.js 2>/dev/null && break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.5
done
if ! node deploy/server-health.js; then
  echo 'Longhaul did not start:' >&2
  cat "$work/server.log" >&2
  exit 1
fi

longhaul .email user create --email fuzz@example.com >/dev/null
key=$(longhaul .api_key api-key create --user fuzz@example.com)
longhaul '.permissions.join()' permission grant --user fuzz@example.com --name ACTIONS_VIEW,ACTIONS_START,ACTIONS_MANAGE >/dev/null
longhaul .name team create --name fuzzers >/dev/null
longhaul .added team add --team fuzzers --user fuzz@example.com >/dev/null
# Into the one project the credentials may write; what lies in the other cannot be deleted by them, and so outlasts the run.
project=$(longhaul .uuid project create --name fuzz)
longhaul .access.write grant --team fuzzers --project fuzz --write >/dev/null
folders=$(longhaul '.folders.join()' assets generate --project fuzz --count 500 --folders 5)
archive=$(longhaul .uuid project create --name archive)
longhaul .access.write grant --team fuzzers --project archive >/dev/null
shelf=$(longhaul '.folders[0]' assets generate --project archive --count 10 --folders 1)
collection=$(longhaul .uuid collection create --title fuzz --owner fuzz@example.com)
longhaul .added collection add --collection "$collection" --asset "$shelf" --as fuzz@example.com >/dev/null

# Made-up names meet only 404s, so real ones are mixed in.
node scripts/fuzz-library.mjs "http://127.0.0.1:$PORT" "$key" "$project" "$archive" "$folders" "$shelf" \
  >"$work/schemathesis.toml"

# Schemathesis keeps what it learns in the directory it runs in.
cd "$work"
# An event stream has no end, which is its own test's matter. Both credentials: schemathesis would make up the other.
"$VENV/bin/schemathesis" --config-file "$work/schemathesis.toml" run "http://127.0.0.1:$PORT/openapi.json" \
  --header "X-API-KEY: $key" --header "Authorization: Bearer $key" \
  --checks "$CHECKS" --max-examples "$EXAMPLES" --seed "$SEED" --request-timeout 40 --no-color \
  --exclude-path-regex '/(stream|events)$' --report json --report-json-path "$work/report.json"

tested=$(node -p "JSON.parse(require('node:fs').readFileSync('$work/report.json', 'utf8')).operations.tested")
if [[ $tested -lt 30 ]]; then
  echo "only $tested operations were tested" >&2
  exit 1
fi
if ! kill -0 "$server" 2>/dev/null; then
  echo 'Longhaul died under the requests:' >&2
  cat "$work/server.log" >&2
  exit 1
fi
