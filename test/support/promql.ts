import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';

const DEPLOY = join(__dirname, '../../deploy');

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export function readAlertRules(): readonly AlertRule[] {
  const text = readFileSync(join(DEPLOY, 'prometheus/alerts.yml'), 'utf8');
  const { groups } = parse(text) as { groups: readonly { rules: readonly AlertRule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

/** What the panels of the dashboards ask, with Grafana's own variables filled in. */
export function readPanelQueries(): readonly string[] {
  const folder = join(DEPLOY, 'grafana/dashboards');
  return readdirSync(folder).flatMap((file) => {
    const { panels } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[];
    };
    const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    return queries.map((query) => query.replaceAll('$__rate_interval', '5m'));
  });
}

/** What Prometheus' own grammar finds in an expression. */
export function readExpression(expr: string): { readonly faults: number; readonly metrics: readonly string[] } {
  let faults = 0;
  const metrics = new Set<string>();
  parser.parse(expr).iterate({
    enter(node) {
      if (node.type.isError) faults += 1;
      if (node.name === 'Identifier' && node.matchContext(['VectorSelector']))
        metrics.add(expr.slice(node.from, node.to));
    },
  });
  return { faults, metrics: [...metrics] };
}
