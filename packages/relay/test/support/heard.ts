import type { LegListener, PlatformMessage } from '../../src/legs/legs.ts';

type Linked = Parameters<LegListener['linked']>[0];
type GuestState = Parameters<LegListener['guestState']>[0];

/** Writes down what a leg tells. */
export class Heard implements LegListener {
  readonly messages: PlatformMessage[] = [];
  readonly typings: string[] = [];
  readonly states: GuestState[] = [];
  readonly links: Linked[] = [];
  readonly ends: string[] = [];

  message(message: PlatformMessage): void {
    this.messages.push(message);
  }

  typing(participant: string, { typing }: { readonly typing: boolean }): void {
    this.typings.push(`${participant} ${typing ? 'types' : 'stops'}`);
  }

  guestState(state: GuestState): void {
    this.states.push(state);
  }

  linked(conversation: Linked): void {
    this.links.push(conversation);
  }

  ended(reason: string): void {
    this.ends.push(reason);
  }

  /** Texts in the order in which they were first told. */
  get texts(): readonly string[] {
    const known = new Set<string>();
    return this.messages.flatMap(({ platformIds, participant, text }) => {
      const isKnown = platformIds.some((id) => known.has(id));
      for (const id of platformIds) known.add(id);
      return isKnown ? [] : [`${participant}: ${text}`];
    });
  }

  get state(): string | undefined {
    return this.states.at(-1)?.state;
  }
}
