#!/bin/sh
# Makes the namespace and our search attributes known to the Temporal server; running it again changes nothing.
# The Temporal CLI reads TEMPORAL_ADDRESS itself; the namespace commands do not read TEMPORAL_NAMESPACE.
set -eu

try=0
until temporal operator cluster health; do
  try=$((try + 1))
  if [ "$try" -ge 30 ]; then
    echo "the Temporal server at $TEMPORAL_ADDRESS is not healthy" >&2
    exit 1
  fi
  sleep 2
done

if ! temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
fi

# A new namespace reaches the caches of the server within some seconds.
try=0
until known=$(temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE"); do
  try=$((try + 1))
  if [ "$try" -ge 30 ]; then
    echo "the namespace $TEMPORAL_NAMESPACE does not answer" >&2
    exit 1
  fi
  sleep 2
done

for name in LonghaulKind LonghaulProject LonghaulState LonghaulOwner; do
  case "$known" in
    *"$name"*) ;;
    *) temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$name" --type Keyword ;;
  esac
done
