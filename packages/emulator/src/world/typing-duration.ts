/** What a missing duration is taken for, in milliseconds (documented, GUEST-TYPING-DURATION). */
const TYPING_DURATION_MS = 5_000;

/** The duration that reaches the other side: the asked one if it is honoured and one, else the default. */
export const typingDuration = (askedMs: number | undefined, honoured: boolean): number =>
  honoured && askedMs !== undefined && askedMs > 0 ? askedMs : TYPING_DURATION_MS;
