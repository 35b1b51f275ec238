/** Thrown where an object is to be read that is not there. */
export class ObjectGoneError extends Error {
  override readonly name = 'ObjectGoneError';

  constructor(key: string) {
    super(`there is no object ${key}`);
  }
}
