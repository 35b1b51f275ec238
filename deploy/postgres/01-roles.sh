#!/bin/sh
# Runs once, on an empty data directory: one role and one database for Longhaul, one role for Temporal, which makes its
# own databases. Neither can read the other's.
set -eu

psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set longhaul_password="$LONGHAUL_DB_PASSWORD" --set temporal_password="$TEMPORAL_DB_PASSWORD" <<'SQL'
create role longhaul login password :'longhaul_password';
create role temporal login createdb password :'temporal_password';
create database longhaul owner longhaul;
revoke connect on database longhaul from public;
SQL
