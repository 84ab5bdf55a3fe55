import type { Policy } from './policy.ts';
import { type Timings, timedPolicy } from './timed.ts';

/** The references are sections of the survey that docs/fidelity.md summarizes; each row names the code or page it is from. */
const KNOWN: readonly Timings[] = [
  {
    name: 'genesys',
    source: 'official mobile SDK 2.14.0, UserTypingProvider.kt; browser SDK 2.18.0 sendTyping: one per 5 s on a key',
    approximation: 'the cool-down ends when the message goes, not when its echo is back',
    renewMs: 5_000,
    resetByMessage: true,
    expiryMs: 'channel',
  },
  {
    name: 'stream',
    source:
      'stream-chat-js 9.49.0 channel.ts, stream-chat-react 14.10.0: 2 s, stop after 1 s looked for every 0.5 s, 7 s',
    approximation: 'hidden unless the list is at its end is not played',
    renewMs: 2_000,
    resetByMessage: true,
    expiryMs: 7_000,
    idleMs: 1_000,
    idleCheckEveryMs: 500,
    offAtSend: true,
    offAtClear: true,
    offAtLeave: true,
    display: { holdMs: 2_000, clearedByMessage: false },
  },
  {
    name: 'element',
    source: 'element-web TypingStore: 30 s, stop 10 s after the first key, tile held 5 s and cut by the message',
    renewMs: 'once',
    expiryMs: 30_000,
    idleMs: 10_000,
    idleFromFirstKey: true,
    offAtSend: true,
    offAtClear: true,
    display: { holdMs: 5_000 },
  },
  {
    name: 'converse.js',
    source: 'converse.js chat states after XEP-0085: paused after 10 s, nothing expires',
    approximation: '`TypingDisplay` shows nothing longer than 30 s',
    renewMs: 'once',
    expiryMs: 30_000,
    idleMs: 10_000,
    offAtClear: true,
    offAtLeave: true,
  },
  {
    name: 'signal',
    source: 'Signal-Android and Desktop: refresh 10 s, stop after 3 s, expiry 15 s, no stop with a message',
    renewMs: 10_000,
    resetByMessage: true,
    expiryMs: 15_000,
    idleMs: 3_000,
    offAtClear: true,
  },
  {
    name: 'webchat',
    source: 'BotFramework-WebChat: 3 s with a trailing send, pending one cancelled by a post, display 5 s',
    renewMs: 3_000,
    expiryMs: 5_000,
    trailing: true,
  },
  {
    name: 'amazon-connect',
    source: 'amazon-connect-chatjs 5.0.0: 10 s throttle; chat-interface: 12 s',
    approximation: 'that one typer’s end removes all typers does not show with one writer',
    renewMs: 10_000,
    expiryMs: 12_000,
  },
  { name: 'acs', source: 'communication-ui-library: 8 s and 8 s', renewMs: 8_000, expiryMs: 8_000 },
  {
    name: 'ably',
    source: 'ably-chat-js 1.4.0 typing.ts: heartbeat 10 s, 2 s grace; the application calls stop',
    renewMs: 10_000,
    expiryMs: 12_000,
    offAtSend: true,
    offAtClear: true,
  },
  {
    name: 'pubnub',
    source: 'PubNub js-chat: timeout 5 s, throttle 4 s; the application calls stop',
    renewMs: 4_000,
    expiryMs: 5_000,
    offAtSend: true,
    offAtClear: true,
  },
  {
    name: 'zulip',
    source: 'Zulip typing_status.ts: renew 30 s, stop after 12 s, expiry 45 s',
    approximation: '`TypingDisplay` shows nothing longer than 30 s',
    renewMs: 30_000,
    expiryMs: 45_000,
    idleMs: 12_000,
    offAtSend: true,
    offAtClear: true,
  },
  {
    name: 'mattermost',
    source: 'Mattermost TimeBetweenUserTypingUpdatesMilliseconds 5 s, leading edge',
    approximation: 'the mobile client’s uncancelled timers are not played',
    renewMs: 5_000,
    expiryMs: 5_000,
  },
  { name: 'discord', source: 'Discord API documentation: 10 s and 10 s', renewMs: 10_000, expiryMs: 10_000 },
  {
    name: 'field-broadcaster',
    group: 'field',
    source: 'field document “Node.js broadcaster”: one per 2 s and session, duration 3 s, stop never limited',
    approximation: 'when its caller reports typing is not documented: at every key',
    renewMs: 2_000,
    expiryMs: 3_000,
    offAtSend: true,
    offAtClear: true,
    offAtLeave: true,
  },
  {
    name: 'field-react',
    group: 'field',
    source: 'field document “React client”: true after 500 ms without a key, false on blur',
    approximation: 'how long a true holds is not documented: 10 s',
    renewMs: 0,
    expiryMs: 10_000,
    debounceMs: 500,
    offAtLeave: true,
  },
];

export const KNOWN_POLICIES = KNOWN.map(timedPolicy);

/** A policy of two numbers, without an Off: renewed by the first key after one, holding for the other. */
export function fixedPolicy(renewMs: number, durationMs: number, resetByMessage = true): Policy {
  return timedPolicy({
    name: `fixed-${renewMs / 1000}/${durationMs / 1000}${resetByMessage ? '' : '-strict'}`,
    source: `two numbers: renewed by the first key after ${renewMs} ms, holding ${durationMs} ms`,
    renewMs,
    resetByMessage,
    expiryMs: durationMs,
  });
}

/** The best fixed ones that are known: the first policy of this project without and with an Off. */
export const FIXED_POLICIES: readonly Policy[] = [
  fixedPolicy(5_000, 6_000),
  timedPolicy({
    name: 'fixed-4/3/6',
    source: 'renewed after 4 s, Off 3 s after the last key, holding 6 s',
    renewMs: 4_000,
    resetByMessage: true,
    expiryMs: 6_000,
    idleMs: 3_000,
    offAtClear: true,
    offAtLeave: true,
  }),
];
