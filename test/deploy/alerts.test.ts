import { readAlertRules, readExpression, readPanelQueries } from '../support/promql';
import { readComposeFile, readText, readYaml } from './compose-file';

const rules = readAlertRules();
const queries = readPanelQueries();
const { services } = readComposeFile();

test('the reading of expressions finds names and faults', () => {
  expect(readExpression('max by (kind) (rate(a_total{b="c_total"}[5m])) > on () d')).toEqual({
    faults: 0,
    metrics: ['a_total', 'd'],
  });
  expect(readExpression('sum(rate(a_total[5m])').faults).toBeGreaterThan(0);
});

test.each(rules.map((rule) => [rule.alert, rule] as const))('%s is well formed', (alert, rule) => {
  expect(alert).toMatch(/^[A-Z][A-Za-z]+$/);
  expect(readExpression(rule.expr).faults).toBe(0);
  expect(readExpression(rule.expr).metrics).not.toEqual([]);
  expect(rule.for ?? '1m').toMatch(/^\d+[mh]$/);
  expect(['page', 'ticket']).toContain(rule.labels['severity']);
  expect(rule.annotations['summary']).toMatch(/\.$/);
  expect(Object.keys(rule).filter((key) => !['alert', 'expr', 'for', 'labels', 'annotations'].includes(key))).toEqual(
    [],
  );
});

test('each alert has its section in the run book, with a command to type, and no section is of an alert that is gone', () => {
  const [, alerts = ''] = /^## Alerts\n(.*?)^## /ms.exec(readText('docs/operations.md')) ?? [];
  const sections = new Map(
    alerts.split(/^### /m).slice(1).map((section) => [section.split('\n')[0], section] as const), // prettier-ignore
  );
  expect([...sections.keys()]).toEqual(rules.map(({ alert }) => alert));
  for (const section of sections.values()) expect(section).toMatch(/```sh\n/);
});

test.each(queries)('the dashboard asks %s', (query) => {
  expect(readExpression(query).faults).toBe(0);
});

test('the dashboard has its panels once each, and asks the chosen source', () => {
  const { panels } = readYaml('deploy/grafana/dashboards/longhaul.json') as {
    panels: readonly { id: number; title: string; type: string; datasource?: { uid: string } }[];
  };
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  for (const { type, datasource } of panels) if (type !== 'row') expect(datasource?.uid).toBe('${datasource}');
});

test('Prometheus scrapes the port at which façade and worker serve, under the names that the rules know', () => {
  const { scrape_configs, rule_files } = readYaml('deploy/prometheus/prometheus.yml') as {
    rule_files: readonly string[];
    scrape_configs: readonly { job_name: string; dns_sd_configs: readonly { names: string[]; port: number }[] }[];
  };
  expect(rule_files).toEqual(['alerts.yml']);
  for (const { job_name: job, dns_sd_configs } of scrape_configs) {
    const [{ names, port } = { names: [], port: 0 }] = dns_sd_configs;
    expect(job).toBe(`longhaul-${names[0] ?? ''}`);
    expect(services[names[0] ?? '']?.environment?.['METRICS_PORT']).toBe(String(port));
  }
  expect(scrape_configs.map(({ job_name: job }) => job)).toEqual(['longhaul-server', 'longhaul-worker']);
  const asked = rules.flatMap(({ expr }) => [...expr.matchAll(/job="([^"]*)"/g)].map(([, job]) => job));
  expect(new Set(asked)).toEqual(new Set(['longhaul-server', 'longhaul-worker']));
});
