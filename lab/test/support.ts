import type { Policy, TypingFrame } from '../fidelity/policies/policy.ts';
import { simulate } from '../fidelity/simulate.ts';
import type { Conversation, EndKind, Episode, Key } from '../fidelity/traces/trace.ts';
import { CHANNELS, type LabChannel } from '../fidelity/world/channel.ts';

/** A draft by hand: letters at these moments, then its end. */
export function draft(keysMs: readonly number[], endMs: number, kind: EndKind = 'send'): Episode {
  return { keys: keysMs.map((atMs): Key => [atMs, 'letter']), end: { atMs: endMs, kind } };
}

export const conversation = (...episodes: Episode[]): Conversation => ({ id: 'by hand', episodes });

/** Moments from one to another, both included. */
export const every = (stepMs: number, fromMs: number, toMs: number): number[] =>
  Array.from({ length: Math.floor((toMs - fromMs) / stepMs) + 1 }, (_, index) => fromMs + index * stepMs);

export function channelNamed(name: string): LabChannel {
  const channel = CHANNELS.find((each) => each.name === name);
  if (!channel) throw new Error(`There is no channel ${name}.`);
  return channel;
}

/** What a policy hands to the wire, as `on@0`, with the duration that it declared. */
export function framesOf(policy: Policy, trace: Conversation, channel = channelNamed('relay')): string[] {
  const frames: string[] = [];
  const spied: Policy = {
    ...policy,
    start: (setting) => {
      const party = policy.start(setting);
      return {
        ...party,
        join: (each, wire) =>
          party.join(each, {
            wakeAt: (atMs) => wire.wakeAt(atMs),
            send: (frame: TypingFrame, nowMs) => {
              const holds = frame.durationMs === undefined ? '' : `/${frame.durationMs}`;
              frames.push(`${frame.kind}@${nowMs}${holds}`);
              return wire.send(frame, nowMs);
            },
          }),
      };
    },
  };
  simulate({ conversations: [trace], policy: spied, channel, seed: 1 });
  return frames;
}
