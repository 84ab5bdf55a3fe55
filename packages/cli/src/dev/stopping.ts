import { BackchannelError, type Clock } from '@backchannel/client';

/** A stop that takes longer is a fault of ours: the command then says what hangs and ends anyway. */
export const STOP_WITHIN_MS = 1_000;

export interface Part {
  /** As a person would name it: "the page". */
  readonly name: string;
  close(): Promise<void>;
}

/**
 * Closes the parts one after the other, the last opened first. Rejects with `stop.late` when that takes longer than
 * `withinMs`, and with the first error of a part after all of them were asked.
 */
export async function stopAll(parts: readonly Part[], clock: Clock, withinMs: number = STOP_WITHIN_MS): Promise<void> {
  const open = new Set(parts);
  const errors: unknown[] = [];
  const closing = (async () => {
    for (const part of parts.toReversed()) {
      await part.close().catch((error: unknown) => errors.push(error));
      open.delete(part);
    }
  })();
  await new Promise<void>((resolve, reject) => {
    const cancel = clock.after(withinMs, () => {
      const hanging = [...open].map(({ name }) => name).join(', ');
      reject(new BackchannelError('stop.late', `Not stopped after ${withinMs / 1000} s, so it was ended: ${hanging}.`));
    });
    void closing.then(() => {
      cancel();
      resolve();
    });
  });
  if (errors.length > 0) throw errors[0];
}
