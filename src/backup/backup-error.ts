/** Why a backup cannot be made or used; `message` is for people and names the file, the directory or the versions. */
export class BackupError extends Error {
  override readonly name = 'BackupError';

  constructor(
    /** Stable, snake_case. */
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
