/** An expression that cannot be read, or that cannot be worked out with the values at hand. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';

  constructor(
    message: string,
    /** Where in the text, from 0; null when the text as a whole is meant. */
    readonly position: number | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
