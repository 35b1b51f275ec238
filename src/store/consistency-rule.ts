import type { RawBuilder } from 'kysely';

/** A rule that the store keeps by itself. */
export interface Rule {
  readonly name: string;
  readonly fault: string;
  /** Selects the `id` of everything that breaks the rule. */
  readonly broken: RawBuilder<unknown>;
}
