import type { Policy, SharedLimit } from './policies/policy.ts';
import { Tally } from './tally.ts';
import type { Conversation } from './traces/trace.ts';
import { Agenda } from './world/agenda.ts';
import type { LabChannel } from './world/channel.ts';
import { Line } from './world/line.ts';
import { Network } from './world/network.ts';
import { OtherMessages } from './world/other-messages.ts';
import { Platform } from './world/platform.ts';

export interface Run {
  readonly conversations: readonly Conversation[];
  readonly policy: Policy;
  readonly channel: LabChannel;
  readonly seed: number;
  /** The conversations run at the same time and share this. Absent: each is alone, with limits of its own. */
  readonly shared?: (SharedLimit & { readonly otherMessagesPerMinute?: number | undefined }) | undefined;
}

const MINUTE_MS = 60_000;

/** Conversations that share a limit begin spread over this time. */
const STARTS_WITHIN_MS = 30_000;

/** Plays a policy on traces and measures what a viewer would have seen. The same arguments give the same numbers. */
export function simulate(run: Run): Tally {
  const tally = new Tally();
  if (run.shared) play(run, run.conversations, 0, tally);
  else for (const [index, conversation] of run.conversations.entries()) play(run, [conversation], index, tally);
  return tally;
}

/** Plays conversations at the same time. */
function play(run: Run, conversations: readonly Conversation[], firstIndex: number, tally: Tally): void {
  const { policy, channel, seed, shared } = run;
  const platform = new Platform(channel, shared);
  const agenda = new Agenda(conversations.length + 2);
  const [partyNumber, othersNumber] = [conversations.length, conversations.length + 1];
  const party = policy.start({ channel, shared, wakeAt: (atMs) => agenda.set(partyNumber, atMs) });
  const others = shared?.otherMessagesPerMinute;
  // The other messages flow before the first conversation begins: a token in use, not a surprise.
  const leadMs = others === undefined ? 0 : MINUTE_MS;
  const lines = conversations.map((conversation, index) => {
    const startMs = leadMs + (shared ? Math.floor((index * STARTS_WITHIN_MS) / conversations.length) : 0);
    return new Line({
      conversation: startMs > 0 ? shifted(conversation, startMs) : conversation,
      number: index,
      network: new Network(`${seed} ${firstIndex + index}`),
      platform,
      channel,
      party,
    });
  });
  const other = others === undefined ? undefined : new OtherMessages(MINUTE_MS / others, platform, party);
  for (const [index, line] of lines.entries()) line.follow((dueMs) => agenda.set(index, dueMs));
  if (other) agenda.set(othersNumber, other.dueMs);
  const endMs = Math.max(0, ...lines.map((line) => line.endMs));
  for (let { who, atMs } = agenda.next; atMs < Number.POSITIVE_INFINITY; { who, atMs } = agenda.next) {
    if (who === partyNumber) {
      agenda.set(who, Number.POSITIVE_INFINITY);
      party.wake?.(atMs);
    }
    lines[who]?.step(atMs);
    if (other && who === othersNumber) {
      other.step(atMs);
      agenda.set(who, atMs < endMs ? other.dueMs : Number.POSITIVE_INFINITY);
    }
  }
  for (const line of lines) tally.add(line.seen(policy.display));
  tally.addDepartures(lines.flatMap((line) => line.departuresMs));
  if (other) tally.addMessageDelay(other.messageDelayMs);
}

function shifted({ id, episodes }: Conversation, byMs: number): Conversation {
  return {
    id,
    episodes: episodes.map(({ keys, end }) => ({
      keys: keys.map(([atMs, kind]) => [atMs + byMs, kind] as const),
      end: { atMs: end.atMs + byMs, kind: end.kind },
    })),
  };
}
