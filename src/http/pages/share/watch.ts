/** A share that is shut ends what is being read of it within this and the time of a question. */
const EVERY_MS = 500;

/**
 * Asks again and again whether a share is open, until the reader is through; ends the answer when it is not. A store that
 * cannot be asked is no reason to go on: nobody knows then.
 */
export function endWhenShut(through: AbortSignal, isOpen: () => Promise<boolean>, end: () => void): void {
  const timer = setInterval(() => {
    void isOpen()
      .catch(() => false)
      .then((stillOpen) => {
        if (!stillOpen && !through.aborted) end();
      });
  }, EVERY_MS);
  through.addEventListener('abort', () => clearInterval(timer), { once: true });
}
