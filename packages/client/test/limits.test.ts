import { LIMITS } from '@backchannel/protocol';
import {
  AGENT_CHANNEL,
  GUEST_CHANNEL,
  GUEST_CONNECTION_BUDGET,
  GUEST_SESSION_BUDGET,
  TOKEN_BUDGET,
} from '@backchannel/signals';
import { describe, expect, it } from 'vitest';
import { AGENT_TEXT_MAX } from '../src/agent/agent-conversation.ts';
import { BULK_MAX } from '../src/agent/message-reader.ts';
import { TOPICS_MAX } from '../src/agent/notification-channel.ts';
import { CHANNELS_MAX } from '../src/agent/notification-hub.ts';
import { TYPING_LIMIT } from '../src/agent/typing-quota.ts';
import { ANSWER_MAX_MS, SILENCE_MAX_MS } from '../src/core/liveness.ts';
import {
  ATTRIBUTES_BYTES_MAX,
  GUEST_BUDGETS,
  TEXT_BYTES_MAX,
  TOKEN_CHARACTERS_MAX,
} from '../src/guest/guest-limits.ts';

describe('the numbers of the policy', () => {
  const budget = (id: string) => GUEST_BUDGETS.find((each) => each.id === id);

  it('are those of the platform, or stricter where the sources disagree', () => {
    const { guestRequestsPerConnection, guestMessagesPerSession, guestHistoryPerSession, requestsPerToken } = LIMITS;
    expect(GUEST_CONNECTION_BUDGET).toMatchObject({
      limit: guestRequestsPerConnection.limit,
      windowMs: guestRequestsPerConnection.windowMs,
    });
    expect(GUEST_SESSION_BUDGET.windowMs).toBe(guestMessagesPerSession.windowMs);
    expect(GUEST_SESSION_BUDGET.limit).toBeLessThanOrEqual(guestMessagesPerSession.limit);
    expect(budget('history')).toMatchObject({
      limit: guestHistoryPerSession.limit,
      windowMs: guestHistoryPerSession.windowMs,
    });
    expect(TOKEN_BUDGET).toMatchObject({ limit: requestsPerToken.limit, windowMs: requestsPerToken.windowMs });
    expect(TEXT_BYTES_MAX).toBe(LIMITS.guestTextBytes.limit);
    expect(ATTRIBUTES_BYTES_MAX).toBe(LIMITS.guestAttributesBytes.limit);
    expect(TOKEN_CHARACTERS_MAX).toBe(LIMITS.guestTokenCharacters.limit);
    expect(AGENT_TEXT_MAX).toBe(LIMITS.agentTextCharacters.limit);
    expect(TOPICS_MAX).toBe(LIMITS.topicsPerChannel.limit);
    expect(CHANNELS_MAX).toBe(LIMITS.channelsPerUser.limit);
    expect(BULK_MAX).toBeLessThanOrEqual(LIMITS.bulkMessages.limit);
    expect(AGENT_CHANNEL.perWindow).toEqual(TYPING_LIMIT);
    expect(GUEST_CHANNEL.minGapMs).toBe(LIMITS.guestTypingGapMs.windowMs);
    expect(AGENT_CHANNEL.perWindow).toEqual({
      limit: LIMITS.agentTypingPerConversation.limit,
      windowMs: LIMITS.agentTypingPerConversation.windowMs,
    });
  });

  it('keep 40 of 60 requests of a guest and 200 of 300 of a token for messages', () => {
    expect(GUEST_CONNECTION_BUDGET.messageReserve).toBe(40);
    expect(TOKEN_BUDGET.messageReserve).toBe(200);
  });

  it('keep health checks within their limit', () => {
    const { limit, windowMs } = LIMITS.guestHealthChecksPerConnection;
    const health = budget('health');
    expect((health?.limit ?? 0) / (health?.windowMs ?? 1)).toBeLessThanOrEqual(limit / windowMs);
    expect(SILENCE_MAX_MS + ANSWER_MAX_MS).toBeGreaterThan(health?.windowMs ?? Infinity);
  });
});
