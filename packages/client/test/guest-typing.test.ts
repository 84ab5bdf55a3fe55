import type { GuestSession } from '@backchannel/client/guest';
import { describe, expect, it } from 'vitest';
import { settle } from './support/fake-clock.ts';
import { GuestService } from './support/guest-service.ts';
import { checkLeaks } from './support/leaks.ts';

describe('a guest types', () => {
  const track = checkLeaks();
  const live = async (prepare: (genesys: GuestService) => void = () => {}) => {
    const genesys = track(new GuestService());
    prepare(genesys);
    const guest = genesys.session();
    await guest.connect();
    return { genesys, guest, clock: genesys.ports.clock };
  };
  const inConversation = async () => {
    const made = await live();
    made.genesys.agentSays('hello');
    return made;
  };
  const why = (guest: GuestSession) => guest.typing.explain().at(-1)?.why;

  // holds: GUEST-TYPING-ON-ONLY, LIMIT-GUEST-TYPING
  it('is signalled at the first key, On with a duration a little over the gap, and is renewed when the gap of 5 s is over', async () => {
    const { genesys, guest, clock } = await inConversation();
    guest.typing.keystroke();
    expect(genesys.typingFrames()).toMatchObject([
      { message: { type: 'Event', events: [{ eventType: 'Typing', typing: { type: 'On', duration: 5_250 } }] } },
    ]);
    for (let key = 0; key < 49; key++) {
      await clock.advance(100);
      guest.typing.keystroke();
    }
    expect(genesys.typingFrames()).toHaveLength(1);
    await clock.advance(100);
    expect(genesys.typingFrames()).toHaveLength(2);
    await clock.advance(60_000);
    expect(genesys.typingFrames()).toHaveLength(2);
    await guest.close();
  });

  it('is signalled at once after the own message, and no frame follows the message', async () => {
    const { genesys, guest, clock } = await inConversation();
    guest.typing.keystroke();
    await clock.advance(1_500);
    await guest.send('done');
    expect(genesys.typingFrames()).toHaveLength(1);
    guest.typing.keystroke();
    expect(genesys.typingFrames()).toHaveLength(2);
    await guest.close();
  });

  describe('in the second of the Join', () => {
    const joined = async () => {
      const made = await live((each) => {
        each.config.autoStart = true;
      });
      await settle();
      expect(made.genesys.sent('onMessage')).toMatchObject([{ message: { events: [{ presence: { type: 'Join' } }] } }]);
      return made;
    };

    it('lets the message go first, at once, and the next key is signalled as soon as there is room', async () => {
      const { genesys, guest, clock } = await joined();
      await clock.advance(100);
      guest.typing.keystroke();
      await clock.advance(100);
      const sending = guest.send('hello');
      await settle();
      expect(genesys.texts()).toHaveLength(1);
      expect(await sending).toMatchObject({ outcome: 'sent' });
      expect(genesys.typingFrames()).toEqual([]);
      await clock.advance(100);
      guest.typing.keystroke();
      await clock.advance(949);
      expect(genesys.typingFrames()).toEqual([]);
      await clock.advance(1);
      expect(genesys.typingFrames()).toHaveLength(1);
      await guest.close();
    });

    it('waits half a second, and goes then by itself', async () => {
      const { genesys, guest, clock } = await joined();
      guest.typing.keystroke();
      await clock.advance(499);
      expect(genesys.typingFrames()).toEqual([]);
      await clock.advance(1);
      expect(genesys.typingFrames()).toHaveLength(1);
      await guest.close();
    });

    it('that has left takes a place, so that a message waits for the end of that second, and no longer', async () => {
      const { genesys, guest, clock } = await joined();
      guest.typing.keystroke();
      await clock.advance(700);
      expect(genesys.typingFrames()).toHaveLength(1);
      const sending = guest.send('hello');
      await clock.advance(549);
      expect(genesys.texts()).toEqual([]);
      await clock.advance(1);
      expect(genesys.texts()).toHaveLength(1);
      await sending;
      await guest.close();
    });

    it('is not sent at all when the guest stopped meanwhile', async () => {
      const { genesys, guest, clock } = await joined();
      guest.typing.keystroke();
      await clock.advance(300);
      guest.typing.cleared();
      await clock.advance(5_000);
      expect(genesys.typingFrames()).toEqual([]);
      expect(why(guest)).toBe('suppressed:stale');
      await guest.close();
    });
  });

  it('holds no timer while nobody types', async () => {
    const { guest, clock } = await inConversation();
    const before = clock.pending;
    guest.typing.keystroke();
    await clock.advance(30_000);
    expect(clock.pending).toBe(before);
    await guest.close();
  });

  // holds: GUEST-TYPING-NO-CONVERSATION
  it('never opens a conversation', async () => {
    const { genesys, guest } = await live();
    guest.typing.keystroke();
    expect(genesys.typingFrames()).toEqual([]);
    expect(why(guest)).toBe('suppressed:no-conversation');
    await guest.send('hello');
    guest.typing.keystroke();
    expect(genesys.typingFrames()).toHaveLength(1);
    await guest.close();
  });

  it('ends with the conversation', async () => {
    const { genesys, guest } = await inConversation();
    genesys.ports.socket.frame(genesys.event({ eventType: 'Presence', presence: { type: 'Disconnect' } }));
    guest.typing.keystroke();
    expect(why(guest)).toBe('suppressed:no-conversation');
    expect(guest.snapshot().state).toBe('live');
    await guest.close();
  });

  // holds: GUEST-TYPING-FLAG
  it('is not sent when the deployment has it off', async () => {
    const { genesys, guest } = await live((each) => {
      each.config.showUserTypingIndicator = false;
    });
    genesys.agentSays('hello');
    const reasons: string[] = [];
    guest.on('typingSettled', ({ settled }) => reasons.push(settled.reason));
    guest.typing.keystroke();
    expect(genesys.typingFrames()).toEqual([]);
    expect(why(guest)).toBe('suppressed:disabled');
    expect(reasons).toEqual([expect.stringContaining('showUserTypingIndicator')]);
    await guest.close();
  });

  it('is silent on this connection after the service refused it with 403', async () => {
    const { genesys, guest, clock } = await inConversation();
    guest.typing.keystroke();
    const tracingId = genesys.typingFrames()[0]?.tracingId;
    genesys.ports.socket.frame({
      type: 'response',
      class: 'string',
      code: 403,
      tracingId,
      body: 'Turn on the Feature Toggle or fix the configuration.',
    });
    expect(guest.snapshot()).toMatchObject({ state: 'live', lastNotice: { code: 'typing.refused' } });
    await clock.advance(10_000);
    guest.typing.keystroke();
    expect(genesys.typingFrames()).toHaveLength(1);
    expect(why(guest)).toBe('suppressed:disabled');
    await guest.close();
  });

  it('is silent for 30 s after a refusal for rate', async () => {
    const { genesys, guest, clock } = await inConversation();
    const body = { retryAfter: 1, errorCode: 4029, errorMessage: 'too high' };
    genesys.ports.socket.frame({ type: 'response', class: 'TooManyRequestsErrorMessage', code: 429, body });
    guest.typing.keystroke();
    expect(why(guest)).toBe('suppressed:quiet');
    await clock.advance(29_900);
    guest.typing.keystroke();
    expect(genesys.typingFrames()).toEqual([]);
    await clock.advance(200);
    guest.typing.keystroke();
    expect(genesys.typingFrames()).toHaveLength(1);
    await guest.close();
  });

  it('is offline without a connection, and is not sent late', async () => {
    const { genesys, guest, clock } = await inConversation();
    genesys.ports.socket.drop();
    guest.typing.keystroke();
    expect(why(guest)).toBe('offline');
    await clock.advance(20_000);
    expect(guest.snapshot().state).toBe('live');
    expect(genesys.typingFrames()).toEqual([]);
    await guest.close();
  });

  it('leaves messages first: whatever is typed, and 60 frames in a minute are never exceeded', async () => {
    const { genesys, guest, clock } = await inConversation();
    const sending: Promise<unknown>[] = [];
    for (let index = 0; index < 90; index++) {
      guest.typing.keystroke();
      sending.push(guest.send(`message ${index}`));
      await clock.advance(600);
    }
    expect(genesys.sent('onMessage').length).toBeLessThan(60);
    expect(genesys.texts().length).toBeGreaterThanOrEqual(40);
    await guest.close();
  });
});

describe('an agent types to the guest', () => {
  const track = checkLeaks();
  const live = async (prepare: (genesys: GuestService) => void = () => {}) => {
    const genesys = track(new GuestService());
    prepare(genesys);
    const guest = genesys.session();
    await guest.connect();
    const shown: boolean[] = [];
    guest.on('agentTyping', ({ typing }) => shown.push(typing));
    return { genesys, guest, shown, clock: genesys.ports.clock };
  };

  // holds: GUEST-TYPING-DURATION
  it('is shown with the name for as long as the frame says, and 5 s when it does not', async () => {
    const { genesys, guest, shown, clock } = await live();
    genesys.agentTypes(2_000);
    expect(guest.snapshot()).toMatchObject({ agentTyping: true, typingNames: ['Ana'] });
    await clock.advance(1_999);
    expect(guest.snapshot().agentTyping).toBe(true);
    await clock.advance(1);
    expect(guest.snapshot()).toMatchObject({ agentTyping: false, typingNames: [] });
    genesys.agentTypes();
    await clock.advance(4_999);
    expect(guest.snapshot().agentTyping).toBe(true);
    await clock.advance(1);
    expect(shown).toEqual([true, false, true, false]);
    await guest.close();
  });

  it('is over with the agent’s message, and a late frame does not bring it back', async () => {
    const { genesys, guest, shown } = await live();
    genesys.agentTypes(5_000);
    genesys.agentSays('here');
    genesys.agentTypes(5_000);
    expect(guest.snapshot().agentTyping).toBe(false);
    expect(shown).toEqual([true, false]);
    await guest.close();
  });

  it('is over when the agent’s message is told, which the snapshot has by then', async () => {
    const { genesys, guest } = await live();
    const told: unknown[] = [];
    guest.on('agentTyping', ({ typing }) => told.push(typing));
    guest.on('message', ({ text }) => {
      const { agentTyping, messages } = guest.snapshot();
      told.push([text, agentTyping, messages.at(-1)?.text]);
    });
    genesys.agentTypes(5_000);
    genesys.agentSays('here you are');
    genesys.agentSays('and more');
    expect(told).toEqual([true, false, ['here you are', false, 'here you are'], ['and more', false, 'and more']]);
    await guest.close();
  });

  it('lets the platform’s time decide whether the agent typed before or after the message', async () => {
    const { genesys, guest, clock } = await live();
    const { time } = genesys.agentSays('one thing');
    const at = (laterMs: number) => new Date(Date.parse(time) + laterMs).toISOString();
    await clock.advance(100);
    genesys.agentTypes(5_000, at(-100));
    expect(guest.snapshot().agentTyping).toBe(false);
    genesys.agentTypes(5_000, at(100));
    expect(guest.snapshot().agentTyping).toBe(true);
    await guest.close();
  });

  it('is not over with the guest’s own message', async () => {
    const { genesys, guest } = await live();
    genesys.agentTypes(5_000);
    await guest.send('me too');
    expect(guest.snapshot().agentTyping).toBe(true);
    await guest.close();
  });

  it('is over when the connection is lost', async () => {
    const { genesys, guest } = await live();
    genesys.agentTypes(30_000);
    genesys.ports.socket.drop();
    expect(guest.snapshot().agentTyping).toBe(false);
    await guest.close();
  });

  it('is not shown when the deployment has it off', async () => {
    const { genesys, guest, shown } = await live((each) => {
      each.config.showAgentTypingIndicator = false;
    });
    genesys.agentTypes(5_000);
    expect(guest.snapshot().agentTyping).toBe(false);
    expect(shown).toEqual([]);
    await guest.close();
  });

  it('never becomes a message, live or from history', async () => {
    const { genesys, guest } = await live();
    genesys.agentTypes(5_000);
    await settle();
    expect(guest.snapshot().messages).toEqual([]);
    await guest.close();
  });
});
