#!/usr/bin/env bash
# Runs the end-to-end tests, then the chaos run, against the stack of docker-compose.yml without containers: the full
# Temporal server on Postgres, moto for the object store, two façades and two workers as they are built. The last line
# says what came of it. See docs/production-shape.md. Needs Go the first time (the Temporal server is built from its
# module), python3 with pip (moto), and what the end-to-end tests need. Everything stays on this machine.
#
# scripts/production-shape.sh [FILE…]   test files by a part of their name; all without one
#   SECONDS_OF_CHAOS  how long the chaos run disturbs (default 300; 0 leaves it out)
#   SEED              of the chaos run (default 1)
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

readonly CHAOS=${SECONDS_OF_CHAOS:-300}
readonly SEED=${SEED:-1}
report=$(mktemp)
child=
interrupted() {
  # Whatever is left of its servers ends with it.
  if [[ -n $child ]] && kill -TERM "$child" 2>/dev/null; then wait "$child"; fi
  echo 'production shape: interrupted'
  exit 130
}
trap 'rm -f "$report"' EXIT
trap interrupted INT TERM

# In the background, so that a signal is heard at once.
run() {
  "$@" &
  child=$!
  wait "$child"
}

die() {
  echo "production shape: FAILED: $1"
  exit 1
}

run node --import tsx test/end-to-end/production/build-programs.ts || die 'no Temporal server to run'
run npm run build || die 'npm run build'

LONGHAUL_E2E_SHAPE=production run node node_modules/.bin/jest --config jest.e2e.config.js --runInBand --json --outputFile="$report" "$@"
tests=$?
counts=$(node -p '
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests } = JSON.parse(
    require("node:fs").readFileSync(process.argv[1], "utf8"));
  `${numPassedTests} tests passed, ${numFailedTests + numRuntimeErrorTestSuites} failed, ${numPendingTests} left out`' \
  "$report" 2>/dev/null) || counts='no test ran'

chaos=0
said='left out'
if [[ $CHAOS != 0 ]]; then
  run node --import tsx test/end-to-end/chaos/main.ts --shape production --seconds "$CHAOS" --seed "$SEED"
  chaos=$?
  said=$([[ $chaos == 0 ]] && echo 'everything holds' || echo "FAILED (exit code $chaos)")
fi

echo "production shape: $counts; chaos of $CHAOS s with seed $SEED: $said"
[[ $tests == 0 && $chaos == 0 ]]
