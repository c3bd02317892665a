/** A setting that cannot be used: where it stands, what is wrong with it and what is allowed. */

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'config_invalid';
  /** Every problem found, one sentence each; `message` is the first. Never holds credentials. */
  readonly problems: readonly string[];

  constructor(problems: readonly [string, ...string[]], options?: ErrorOptions) {
    super(problems[0], options);
    this.problems = problems;
  }
}
