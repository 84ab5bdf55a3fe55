import type { Ports } from '@backchannel/client';
import type { Store } from '../store/store.ts';
import type { Conversations } from './conversations.ts';
import type { EventLog } from './event-log.ts';
import type { Lanes } from './lanes.ts';

/**
 * After a start: every open conversation is taken up, its lane before its leg, so that what the platform shows first (the
 * history) meets the message that may have left before the stop. What waits in a conversation that has ended can't be sent
 * any more.
 */
export async function resumeAll(
  store: Store,
  conversations: Conversations,
  lanes: Lanes,
  events: EventLog,
  { wallTime }: Pick<Ports, 'wallTime'>,
): Promise<void> {
  const waiting = new Map((await store.waitingLanes()).map((lane) => [lane.bindingId, lane.queued]));
  for (const binding of await store.openBindings()) {
    const queued = waiting.get(binding.id);
    waiting.delete(binding.id);
    const oldest = queued === undefined ? undefined : await store.nextInLane(binding.id);
    const conversation = conversations.adopt(binding, (adopted) => {
      if (oldest && queued !== undefined) lanes.laneOf(adopted).resume(oldest, queued);
    });
    lanes.find(conversation)?.poke();
  }
  for (const bindingId of waiting.keys()) {
    for (let next = await store.nextInLane(bindingId); next; next = await store.nextInLane(bindingId)) {
      const reason = 'The conversation ended while this waited.';
      await events.record([
        { kind: 'settle-message', messageId: next.id, status: 'failed', platformIds: [], reason, time: wallTime() },
      ]);
    }
  }
}
