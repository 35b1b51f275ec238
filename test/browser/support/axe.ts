import { source } from 'axe-core';
import type { Page } from 'playwright-core';

interface AxeResult {
  readonly passes: readonly object[];
  readonly violations: readonly { id: string; impact: string | null; nodes: readonly { html: string; failureSummary?: string }[] }[]; // prettier-ignore
}

/** Has axe look at a page, which must have been opened with `bypassCSP`; `name` goes into what fails. */
export async function expectNoViolations(page: Page, name: string): Promise<void> {
  await page.evaluate(source);
  const { passes, violations } = await page.evaluate(() => (globalThis as unknown as { axe: { run(): Promise<AxeResult> } }).axe.run()); // prettier-ignore
  expect(passes.length).toBeGreaterThan(10);
  expect({ name, violations: violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html, failureSummary }) => [html, failureSummary]) })) }).toEqual({ name, violations: [] }); // prettier-ignore
}
