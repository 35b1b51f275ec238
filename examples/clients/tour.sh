#!/usr/bin/env bash
# The API by curl and jq: a bulk move that is followed and reported, a file from a URL, a share, a review, an action with
# an approval, and the events of all that. README.md beside it says what to set.
set -euo pipefail
: "${LONGHAUL_URL:?}" "${LONGHAUL_KEY:?}" "${PROJECT:?}" "${FROM:?}" "${TO:?}" "${ASSET:?}" "${FILE_URL:?}"
here=$(dirname "${BASH_SOURCE[0]}")

# --fail-with-body: a refusal ends the script, and its body is shown. --retry: of reads, and of what has an Idempotency-Key.
api() {
  local path=$1
  shift
  curl --silent --show-error --fail-with-body --header "X-API-KEY: $LONGHAUL_KEY" "$@" "$LONGHAUL_URL$path"
}
send() { api "$1" --request "$2" --header 'Content-Type: application/json' --data "$3" "${@:4}"; }

# Waits for the end of a job, and prints it.
wait_for() {
  local job
  until job=$(api "/api/jobs/$1" --retry 5 --header 'Prefer: wait=60') && jq --exit-status '.finished_at' <<<"$job" >/dev/null; do :; done
  printf '%s\n' "$job"
}

cursor=$(send "/api/p/$PROJECT/sync/cursors" POST '{}' | jq .result.cc)

# Move all that lies in one folder; the same Idempotency-Key again would answer the same job.
move=$(send "/api/p/$PROJECT/assets/bulk/move" POST "$(jq -n '{parent: env.TO, selection: [{children: env.FROM}]}')" \
  --retry 5 --header "Idempotency-Key: tour-$PROJECT-$FROM" | jq -r '.result["job.token"]')
# The stream ends with the job.
api "/api/jobs/$move/events" --no-buffer | sed -un 's/^data: //p' | jq --unbuffered -r '"  \(.state): \(.succeeded) of \(.total)"' >&2
wait_for "$move" | jq -r '"move: \(.outcome), \(.succeeded) of \(.total)"'
echo "report: $(api "/api/jobs/$move/items?format=ndjson" | jq -s 'length') items, $(api "/api/jobs/$move/items?status=failed&format=ndjson" | jq -s 'length') failed"

# A file from a URL; the token of its job is in a header.
ingest=$(send "/api/v2/assets/$ASSET/media" POST "$(jq -n '{file_url: env.FILE_URL, filename: "tour.jpg"}')" \
  --dump-header - --output /dev/null | tr -d '\r' | sed -n 's/^job-token: //Ip')
wait_for "$ingest" | jq -r '"file: \(.outcome)"'
api "/api/v2/assets/$ASSET/media" | jq -r '.media[0] | "media: \(.filename), \(.size) bytes, sha256 \(.sha256_sum)"'

# A link for a day. It is told this once.
share=$(send "/api/asset/$ASSET/share" POST '{"name": "Rushes", "sharedDuration": "day", "sharedPermissions": ["view", "download"]}')
link=$(jq -r .sharedLink <<<"$share")
echo "share: $(jq -r .sharedStatus <<<"$share"), its page answers $(curl --silent --output /dev/null --write-out '%{http_code}' "$link")"

# Ask the approvers, and answer as one of them.
review=$(send "/api/v1/galleries/$PROJECT/review_request" POST "$(jq -n '{asset_ids: [env.ASSET], policy: "any"}')" | jq -r '.["job.token"]')
wait_for "$review" >/dev/null
send "/api/v1/assets/$ASSET/review_request" PATCH '{"status": "approved", "comment": "Fine."}' | jq -r '"review: \(.status)"'

# An action that waits for an approval.
api /api/dag_actions/Sign%20off --request PUT --header 'Content-Type: application/yaml' --data-binary @"$here/sign-off.yaml" >/dev/null
run=$(send "/api/v2/assets/$ASSET/dag_actions/Sign%20off" POST '{"inputs": {}}' | jq .dag_action_run.id)
at="/api/v2/assets/$ASSET/dag_action_runs/$run"
until api "$at" | jq --exit-status '.dag_action_run.nodes[] | select(.id == "ask" and .state == "waiting")' >/dev/null; do sleep 1; done
job=$(send "$at/nodes/ask/approval" POST '{"decision": "approve"}' | jq -r .dag_action_run.job)
wait_for "$job" | jq -r '"action: \(.outcome), \(.succeeded) of \(.total) nodes"'

# What happened since: page by page, each after the last cursor.
while page=$(api "/api/p/$PROJECT/sync?cursor=$cursor&limit=1000"); do
  ended=$(jq -r --arg move "$move" '.result.sync[] | select(.data_key == $move and .data.info.outcome != null) | .data.info.outcome' <<<"$page")
  cursor=$(jq .result.cursor <<<"$page")
  [[ -n $ended ]] && break
done
echo "events: the move ended as $ended"
