export const JOB_STEP_STATES = ['waiting', 'running', 'done', 'failed', 'skipped'] as const;
/** Where one step of a job stands. */
export type JobStepState = (typeof JOB_STEP_STATES)[number];

/** A step as the readers of its job are told of it. */
export interface JobStep {
  readonly name: string;
  readonly state: JobStepState;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** For people: how far it is, or why it failed or was left out. */
  readonly message: string | null;
}
