/**
 * `option.invalid`: a value given to `startEmulator`, `tenant` or the clock. `fault.invalid`: a fault rule that could never
 * fire. `robot.invalid`: a robot that could not act. `port.taken`: another process listens there. `listen.failed`: the rest.
 */
export type EmulatorErrorCode = 'option.invalid' | 'fault.invalid' | 'robot.invalid' | 'port.taken' | 'listen.failed';

/** The one error that this package throws: a stable `code`, and a message that begins with it. */
export class EmulatorError extends Error {
  readonly code: EmulatorErrorCode;

  constructor(code: EmulatorErrorCode, text: string, cause?: unknown) {
    super(`${code}: ${text}`, cause === undefined ? undefined : { cause });
    this.name = 'EmulatorError';
    this.code = code;
  }
}
