import { ExpressionError } from './expression-error';
import { EXPRESSION_LIMITS } from './limits';

/** What one call may spend, however many expressions it works out. */
export class Meter {
  private work: number = EXPRESSION_LIMITS.work;
  private values: number = EXPRESSION_LIMITS.values;

  constructor(private result: number = EXPRESSION_LIMITS.result) {}

  /** @throws ExpressionError once too much was done; also later on, so that nothing that catches errors goes on for long */
  spendWork(steps: number): void {
    this.work -= steps;
    if (this.work < 0) throw TOO_MUCH_WORK;
  }

  /** @throws ExpressionError when the bound was passed, though an operator may have swallowed the error */
  assertWithinWork(): void {
    if (this.work < 0) throw new ExpressionError(TOO_MUCH_WORK.message);
  }

  spendValue(): void {
    this.values -= 1;
    if (this.values < 0) throw new ExpressionError('looks at too many values');
  }

  spendResult(characters: number): void {
    this.result -= characters;
    if (this.result < 0) throw new ExpressionError('gives too much: the result is too large');
  }
}

/** Made once: an expression that has spent everything may run into it thousands of times. */
const TOO_MUCH_WORK = new ExpressionError('takes too much work: its lists are too long for what it does with them');
