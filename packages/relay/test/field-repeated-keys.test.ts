import { describe, expect, it } from 'vitest';
import type { MessageStatus } from '../src/domain/event.ts';
import { fieldReportRoutes } from '../src/field-reports/field-report-routes.ts';
import { servedDouble, view } from './support/served-double.ts';

/** The reports over a relay that has taken the message before, and whose lanes know nothing of it any more. */
async function repeated(status: MessageStatus) {
  const waited: string[] = [];
  const known = { conversationId: 'c1', participant: 'guest', messageId: 'm1', sequence: 1, repeated: true } as const;
  const served = await servedDouble({
    areas: [fieldReportRoutes],
    commands: {
      message: async () => ({ ...known, status }),
      delivered: async (messageId) => {
        waited.push(messageId);
        return 'sent';
      },
      participant: async () => ({ binding: view('c1').binding, participant: 'agent:ann', state: 'connected' }),
      findMessage: async () => ({
        conversation: { id: 'c1' },
        participant: 'agent:ann',
        status: status === 'accepted' ? 'sent' : status,
        reason: 'Genesys refused it.',
        platformIds: ['genesys-1'],
      }),
    },
  });
  const headers = { ...served.as(await served.tokenFor('main')), 'idempotency-key': 'k1' };
  const post = async (url: string, payload: object) => {
    const answer = await served.app.inject({ method: 'POST', url, headers, payload });
    return { status: answer.statusCode, body: answer.json() };
  };
  return {
    waited,
    f6: () => post('/api/v2/webmessaging/guests/messages', { channelId: 'c1', content: 'Hello' }),
    f18: () => post('/api/v2/conversations/messages/c1/communications/x/messages', { textBody: 'Hello' }),
    [Symbol.asyncDispose]: () => served[Symbol.asyncDispose](),
  };
}

describe('a repeated Idempotency-Key', () => {
  it('of a message that Genesys has is answered without waiting for it again', async () => {
    await using relay = await repeated('sent');
    expect(await relay.f6()).toMatchObject({ status: 200, body: { id: 'm1', status: 'delivered' } });
    expect(await relay.f18()).toMatchObject({ status: 200, body: { id: 'genesys-1' } });
    expect(relay.waited).toEqual([]);
  });

  it('of a message that Genesys refused says so again', async () => {
    await using relay = await repeated('failed');
    expect(await relay.f6()).toMatchObject({ status: 200, body: { status: 'failed' } });
    expect(await relay.f18()).toMatchObject({ status: 400, body: { message: expect.stringContaining('refused it') } });
    expect(relay.waited).toEqual([]);
  });

  it('of a message that is on its way waits for it', async () => {
    await using relay = await repeated('accepted');
    expect(await relay.f6()).toMatchObject({ status: 200, body: { status: 'delivered' } });
    expect(await relay.f18()).toMatchObject({ status: 200, body: { id: 'genesys-1' } });
    expect(relay.waited).toEqual(['m1', 'm1']);
  });
});
