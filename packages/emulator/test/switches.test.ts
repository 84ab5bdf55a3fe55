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
} from './support/emulator.ts';
import type { ManualClock } from './support/manual-clock.ts';

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
