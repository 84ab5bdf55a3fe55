/** How the relay is, in words for whoever runs it. */
export interface Health {
  /** What keeps it from its work; empty: it can work. */
  readonly reasons: readonly string[];
  /** What keeps it from a part of its work, and wants somebody to look. */
  readonly warnings: readonly string[];
}
