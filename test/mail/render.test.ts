import { MailTemplateError, renderMail } from '../../src/mail/render';

const share = { uuid: 'u', name: '<b>Cut</b>\r\nBcc: x@example.test' };
const publicUrl = 'https://longhaul.example.test';
const link = 'https://longhaul.example.test/s/token';

it('renders an invitation with everything escaped, and the expiry in the zone of the share', () => {
  const data = { share, from: { name: 'Ada & Co', email: 'ada@example.test' }, message: '<script>1</script>\nsee', expiresAt: '2026-07-01T10:00:00.000Z', timeZone: 'Europe/Berlin' }; // prettier-ignore
  const { subject, text, html } = renderMail({ template: 'share_invitation', data, publicUrl, link });
  expect(subject).toBe('Ada & Co shared “<b>Cut</b> Bcc: x@example.test” with you');
  expect(text).toContain(`Open it: ${link}`);
  expect(text).toContain('1 July 2026 at 12:00:00');
  expect(html).toContain('&lt;script&gt;1&lt;/script&gt;<br>see');
  expect(html).not.toMatch(/<script|<b>/);
});

it.each([
  ['share_expiring', { expiresAt: '2026-01-01T10:00:00.000Z' }],
  ['share_expired', { expiredAt: '2026-01-01T10:00:00.000Z' }],
])('renders %s, in UTC when the zone is unknown', (template, instants) => {
  const data = { share: { uuid: 'u', name: null }, timeZone: 'Nowhere/Land', ...instants };
  const { subject, text } = renderMail({ template, data, publicUrl, link: null });
  expect(subject).toContain('Untitled share');
  expect(text).toContain('1 January 2026 at 10:00:00 UTC');
  expect(text).toContain(`${publicUrl}/`);
});

it.each([
  ['share_lost', {}],
  ['share_invitation', { share }],
  ['share_expired', { share }],
  ['review_digest', { gallery: { name: 'Rushes' } }],
])('refuses %s that lacks what it tells of', (template, data) => {
  expect(() => renderMail({ template, data, publicUrl, link: null })).toThrow(MailTemplateError);
});

it('renders one mail for all the assets of a review, with everything that people wrote as text', () => {
  const data = {
    count: 10_000,
    gallery: { name: 'Rushes <1>' },
    requestedBy: { name: null, email: 'ada@example.test' },
    message: 'by\nFriday, <b>please</b>',
    dueAt: '2026-12-01T17:00:00.000Z',
  };
  const { subject, text, html } = renderMail({ template: 'review_digest', data, publicUrl, link: null });
  expect(subject).toBe('Review of 10,000 assets in “Rushes <1>”');
  expect(text).toContain('ada@example.test asks you to review 10,000 assets');
  expect(text).toContain('due by 1 December 2026 at 17:00:00 UTC');
  expect(text).toContain(`${publicUrl}/reviews`);
  expect(html).toContain('by<br>Friday, &lt;b&gt;please&lt;/b&gt;');
});

it('says no name, message or due time of a review that has none', () => {
  const data = { count: 1, gallery: { name: 'Rushes' }, requestedBy: null, message: null, dueAt: null };
  const { subject, text } = renderMail({ template: 'review_digest', data, publicUrl, link: null });
  expect(subject).toBe('Review of 1 asset in “Rushes”');
  expect(text).not.toMatch(/null|undefined|due/);
});

it('reminds of a review that is owed, of one asset as of many', () => {
  const data = { gallery: { name: 'Rushes <1>' }, count: 1_200, dueAt: '2026-12-01T17:00:00.000Z' };
  const { subject, text, html } = renderMail({ template: 'review_reminder', data, publicUrl, link: null });
  expect(subject).toBe('Reminder: 1,200 assets in “Rushes <1>” wait for your review');
  expect(text).toContain('due by 1 December 2026 at 17:00:00 UTC');
  expect(html).toContain('Rushes &lt;1&gt;');
  expect(html).toContain(`href="${publicUrl}/reviews"`);
  const one = renderMail({ template: 'review_reminder', data: { ...data, count: 1, dueAt: null }, publicUrl, link: null }); // prettier-ignore
  expect(one.subject).toBe('Reminder: 1 asset in “Rushes <1>” waits for your review');
  expect(one.text).not.toMatch(/null|due/);
});

it('tells the managers who owes what of a review that is overdue', () => {
  const waitingFor = [
    { name: 'Ann\nEvil', count: 2 },
    { name: '<b>bob</b>', count: 1 },
  ];
  const data = { gallery: { name: 'Rushes' }, count: 2, dueAt: '2026-12-01T17:00:00.000Z', waitingFor, others: 3 };
  const { subject, text, html } = renderMail({ template: 'review_escalation', data, publicUrl, link: null });
  expect(subject).toBe('Overdue: the review of 2 assets in “Rushes”');
  expect(text).toContain('Answers are missing from\nAnn Evil: 2 assets\n<b>bob</b>: 1 asset\n3 more approvers');
  expect(html).toContain('&lt;b&gt;bob&lt;/b&gt;: 1 asset');
  const nobody = { ...data, waitingFor: [], others: 0 };
  expect(renderMail({ template: 'review_escalation', data: nobody, publicUrl, link: null }).text).toContain('Nobody is left'); // prettier-ignore
});
