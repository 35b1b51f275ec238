/** The verdicts that count as failed, which a retry takes up again, by what each verdict counts as. */
export function failedVerdicts<Verdict extends string>(
  statuses: Readonly<Record<Verdict, string>>,
): readonly Verdict[] {
  return (Object.keys(statuses) as Verdict[]).filter((verdict) => statuses[verdict] === 'failed');
}
