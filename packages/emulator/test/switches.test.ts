import { type Emulator, type EmulatorOptions, SWITCHES, type SwitchName } from '@backchannel/emulator';
import { FACTS } from '@backchannel/protocol';
import { expect, test } from 'vitest';
import {
  clientToken,
  configured,
  conversing,
  fence,
  frames,
  onlyConversation,
  rest,
  startAtRest,
  TOKEN,
} from './support/emulator.ts';
import { basic, refreshTokenOf, tokenRequest } from './support/login.ts';
import type { ManualClock } from './support/manual-clock.ts';
import { ADA, middleware, stamp } from './support/open.ts';

const typeAs = (genesys: Emulator, token?: string) =>
  rest(genesys, 'POST', onlyConversation(genesys).typingPath, {
    body: { typing: { type: 'On', duration: 9_000 } },
    ...(token === undefined ? {} : { token }),
  });

/** What each switch changes: the same look at the emulator in its default and in the other position. */
const EFFECTS: Record<
  SwitchName,
  {
    options?: EmulatorOptions;
    look: (genesys: Emulator, clock: ManualClock) => Promise<unknown>;
    usual: unknown;
    switched: unknown;
    to: unknown;
  }
> = {
  clearedBeforeCopy: {
    look: async (genesys) => {
      const guest = await conversing(genesys);
      guest.send(frames.presence('Clear'));
      return (await guest.next()).class;
    },
    usual: 'StructuredMessage',
    to: true,
    switched: 'SessionClearedEvent',
  },
  closedReasonField: {
    look: async (genesys) => {
      const { deploymentId, customers } = genesys.info;
      const oauth = { code: customers[0]?.code, redirectUri: 'r' };
      const path = '/api/v2/webdeployments/token/oauthcodegrantjwtexchange';
      const { jwt } = (await rest(genesys, 'POST', path, { token: undefined, body: { deploymentId, oauth } })).body;
      const displaced = await configured(genesys);
      const guest = await configured(genesys);
      guest.send(frames.configure(genesys, { action: 'configureAuthenticatedSession', data: { code: jwt } }));
      return (await displaced.next()).body;
    },
    usual: { reason: 'signedIn' },
    to: 'reasonCode',
    switched: { reasonCode: 'signedIn' },
  },
  answerToUnserved: {
    look: async (genesys) => {
      const guest = await configured(genesys);
      guest.send({ action: 'resumeToken', token: TOKEN });
      return (await guest.next()).code;
    },
    usual: 4000,
    to: 400,
    switched: 400,
  },
  generateUrlErrorAs: {
    look: async (genesys) => {
      const guest = await configured(genesys);
      const file = { fileName: 'a.png', fileType: 'image/png', fileSize: 0, errorsAsJson: true };
      guest.send({ action: 'onAttachment', token: TOKEN, ...file });
      const { type, code } = await guest.next();
      return [type, code];
    },
    usual: ['message', 200],
    to: 'response',
    switched: ['response', 400],
  },
  clientCredentialsActAsAgent: {
    look: async (genesys) => {
      await conversing(genesys);
      return (await typeAs(genesys, await clientToken(genesys))).status;
    },
    usual: 204,
    to: false,
    switched: 400,
  },
  onlyOwnCommunication: {
    look: async (genesys) => {
      await conversing(genesys);
      return (await typeAs(genesys, genesys.info.agents[1]?.token)).status;
    },
    usual: 403,
    to: false,
    switched: 204,
  },
  honourTypingDuration: {
    look: async (genesys) => {
      const guest = await conversing(genesys);
      await typeAs(genesys);
      guest.send(frames.typing({ type: 'On', duration: 8_000 }));
      await fence(guest);
      return onlyConversation(genesys).conversation.typing.map(({ durationMs }) => durationMs);
    },
    usual: [9_000, 8_000],
    to: false,
    switched: [5_000, 5_000],
  },
  copyTypingToGuest: {
    look: async (genesys) => {
      const guest = await conversing(genesys);
      guest.send(frames.typing());
      return (await fence(guest)).map((each) => each.body.direction);
    },
    usual: [],
    to: true,
    switched: ['Inbound'],
  },
  enforceUserTypingFlag: {
    options: { deployment: { showUserTypingIndicator: false } },
    look: async (genesys) => {
      const guest = await conversing(genesys);
      guest.send(frames.typing());
      return [(await fence(guest)).map((each) => each.code), onlyConversation(genesys).conversation.typing];
    },
    usual: [[403], []],
    to: false,
    switched: [[], []],
  },
  enforceAgentTypingFlag: {
    options: { deployment: { showAgentTypingIndicator: false } },
    look: async (genesys) => {
      const guest = await conversing(genesys);
      return [(await typeAs(genesys)).status, (await fence(guest)).length];
    },
    usual: [204, 1],
    to: true,
    switched: [204, 0],
  },
  typingOpensConversation: {
    look: async (genesys) => {
      const guest = await configured(genesys);
      guest.send(frames.typing());
      await fence(guest);
      return genesys.conversations().map(({ typing, transcript }) => [typing.length, transcript.length]);
    },
    usual: [],
    to: true,
    switched: [[1, 0]],
  },
  copyToEveryConnection: {
    look: async (genesys) => {
      const first = await configured(genesys);
      const second = await configured(genesys);
      first.send(frames.text('hello'));
      await first.next();
      return (await fence(second)).length;
    },
    usual: 1,
    to: false,
    switched: 0,
  },
  attributesOnCustomer: {
    look: async (genesys) => {
      const guest = await configured(genesys);
      guest.send(frames.text('hello', { channel: { metadata: { customAttributes: { page: 'cart' } } } }));
      await guest.next();
      return onlyConversation(genesys).conversation.participants[0]?.attributes;
    },
    usual: { page: 'cart' },
    to: false,
    switched: {},
  },
  announceSessionExpiry: {
    options: { deployment: { sessionDurationSeconds: 900 } },
    look: async (genesys, clock) => {
      const guest = await configured(genesys);
      clock.advance(900_000);
      guest.send(frames.jwt);
      return (await guest.next()).type;
    },
    usual: 'message',
    to: false,
    switched: 'response',
  },
  routeToFirstAgent: {
    look: async (genesys) => {
      const guest = await conversing(genesys);
      guest.send(frames.typing());
      await fence(guest);
      const { participants, typing } = onlyConversation(genesys).conversation;
      return [participants.map(({ purpose, communications }) => [purpose, communications[0]?.state]), typing.length];
    },
    usual: [
      [
        ['customer', 'connected'],
        ['acd', 'disconnected'],
        ['agent', 'connected'],
      ],
      1,
    ],
    to: false,
    switched: [
      [
        ['customer', 'connected'],
        ['acd', 'connected'],
      ],
      0,
    ],
  },
  refuseUnknownTopics: {
    look: async (genesys) => {
      const channel = await rest(genesys, 'POST', '/api/v2/notifications/channels', { body: '' });
      const path = `/api/v2/notifications/channels/${channel.body.id}/subscriptions`;
      return (await rest(genesys, 'POST', path, { body: [{ id: 'v2.routing.queues.none.conversations' }] })).status;
    },
    usual: 400,
    to: false,
    switched: 200,
  },
  acceptFormCredentials: {
    look: async (genesys) => {
      const { clientId, clientSecret } = genesys.info.oauth;
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
      });
      return (await fetch(`${genesys.url}/oauth/token`, { method: 'POST', body })).status;
    },
    usual: 401,
    to: true,
    switched: 200,
  },
  clientAuthenticationFailure: {
    look: async (genesys) =>
      (
        await fetch(`${genesys.url}/oauth/token`, {
          method: 'POST',
          body: new URLSearchParams({ grant_type: 'client_credentials' }),
        })
      ).status,
    usual: 401,
    to: 400,
    switched: 400,
  },
  agentsAnswerAtOnce: {
    look: async (genesys) => {
      await conversing(genesys);
      return onlyConversation(genesys).conversation.participants.at(-1)?.communications[0]?.state;
    },
    usual: 'connected',
    to: false,
    switched: 'alerting',
  },
  pageConversationList: {
    look: async (genesys) => {
      await conversing(genesys);
      const { body } = await rest(genesys, 'GET', '/api/v2/conversations/messages?pageSize=5&pageNumber=2');
      return [body.entities.length, body.pageSize, body.pageNumber, body.total];
    },
    usual: [1, 1, 1, 1],
    to: true,
    switched: [0, 5, 2, 1],
  },
  rotateRefreshTokens: {
    look: async (genesys) => {
      const form = { grant_type: 'refresh_token', refresh_token: await refreshTokenOf(genesys) };
      await tokenRequest(genesys, form, basic(genesys.info.loginClient));
      return (await tokenRequest(genesys, form, basic(genesys.info.loginClient))).status;
    },
    usual: 400,
    to: false,
    switched: 200,
  },
  openEventOpensConversation: {
    look: async (genesys) => {
      await (await middleware(genesys)).types();
      return genesys.conversations().length;
    },
    usual: 1,
    to: false,
    switched: 0,
  },
  ignoreRepeatedOpenMessages: {
    look: async (genesys) => {
      const { call } = await middleware(genesys);
      const body = { channel: { from: ADA, ...stamp('ext-1') }, text: 'Once' };
      await call('message', body);
      await call('message', body);
      return onlyConversation(genesys).conversation.transcript.length;
    },
    usual: 1,
    to: false,
    switched: 2,
  },
  webhooksLeaveThisMachine: {
    // Reserved for documentation: nothing answers there, and no name is looked up.
    options: { integration: { webhookUrl: 'http://192.0.2.1:9/' } },
    look: async (genesys) => {
      await (await middleware(genesys)).says('Hello');
      return genesys.journal.entries({ surface: 'webhooks' })[0]?.note?.includes('is another machine') ?? false;
    },
    usual: true,
    to: true,
    switched: false,
  },
  agentTypingStatus: {
    look: async (genesys) => {
      await conversing(genesys);
      return (await typeAs(genesys)).status;
    },
    usual: 204,
    to: 202,
    switched: 202,
  },
};

// holds: switch:*, AGENT-TYPING-FLAG, CONVERSATION-LIST-PAGES
test.each(Object.keys(SWITCHES) as SwitchName[])('the switch %s does what it says, both ways', async (name) => {
  const { options, look, usual, switched, to } = EFFECTS[name];
  const asUsual = await startAtRest(options);
  expect(await look(asUsual.genesys, asUsual.clock)).toEqual(usual);
  const other = await startAtRest({ ...options, switches: { [name]: to } });
  expect(await look(other.genesys, other.clock)).toEqual(switched);
});

test('every switch rests on a fact', () => {
  for (const { fact } of Object.values(SWITCHES)) expect(FACTS).toHaveProperty([fact]);
});
