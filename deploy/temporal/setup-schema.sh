#!/bin/sh
# Brings both databases of the Temporal server to the schema of this release. Run it before a new server starts;
# running it again changes nothing.
set -eu

run() {
  temporal-sql-tool --plugin postgres12 --endpoint "$POSTGRES_SEEDS" --port "$DB_PORT" --user "$POSTGRES_USER" "$@"
}

# Where the image has them.
schemas=${TEMPORAL_SCHEMA_DIR:-/etc/temporal/schema}

for database in temporal temporal_visibility; do
  schema=${database#temporal_}
  run --database "$database" create
  run --database "$database" setup-schema --version 0.0
  run --database "$database" update-schema --schema-dir "$schemas/postgresql/v12/$schema/versioned"
done
