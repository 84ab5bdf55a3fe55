/**
 * Whom Genesys refuses now, and why. A thousand who are refused for one reason are one thing to mend: who has to tell somebody
 * learns here whether that reason is new.
 */
export class Refusals {
  readonly #reasons = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** How many are refused. */
  get size(): number {
    return this.#reasons.size;
  }

  /** This one is refused. Whether nobody else is, for the same reason. */
  refused(who: string, reason: string): boolean {
    if (this.#reasons.get(who) === reason) return false;
    this.accepted(who);
    this.#reasons.set(who, reason);
    const count = this.#counts.get(reason) ?? 0;
    this.#counts.set(reason, count + 1);
    return count === 0;
  }

  /** It is not refused any more, or has gone. */
  accepted(who: string): void {
    const reason = this.#reasons.get(who);
    if (reason === undefined) return;
    this.#reasons.delete(who);
    const left = (this.#counts.get(reason) ?? 0) - 1;
    if (left > 0) this.#counts.set(reason, left);
    else this.#counts.delete(reason);
  }
}
