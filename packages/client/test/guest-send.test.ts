import { describe, expect, it } from 'vitest';
import { settle } from './support/fake-clock.ts';
import { GuestService } from './support/guest-service.ts';
import { checkLeaks } from './support/leaks.ts';

describe('a guest sends a message', () => {
  const track = checkLeaks();
  const live = async (prepare: (genesys: GuestService) => void = () => {}) => {
    const genesys = track(new GuestService());
    prepare(genesys);
    const guest = genesys.session();
    await guest.connect();
    return { genesys, guest, clock: genesys.ports.clock };
  };

  // holds: GUEST-ECHO
  it('settles on the copy of it, and only then is it sent', async () => {
    const { genesys, guest } = await live((each) => {
      each.losesCopies = true;
    });
    const sending = guest.send('Where is my order?', { attributes: { page: 'cart' } });
    await settle();
    expect(guest.snapshot().messages).toMatchObject([{ status: 'sending', from: 'guest', text: 'Where is my order?' }]);
    const [frame] = genesys.texts();
    expect(frame).toMatchObject({
      message: { type: 'Text', channel: { metadata: { customAttributes: { page: 'cart' } } } },
    });
    genesys.ports.socket.frame(genesys.copy(genesys.transcript[0]!, frame?.tracingId));
    expect(await sending).toMatchObject({
      outcome: 'sent',
      value: { id: 'm-1', status: 'sent', tracingId: frame?.tracingId },
    });
    expect(guest.snapshot().messages).toMatchObject([{ id: 'm-1', status: 'sent', time: genesys.transcript[0]?.time }]);
    await guest.close();
  });

  it('does not show it twice when the copy comes twice, live and in history', async () => {
    const { genesys, guest } = await live();
    await guest.send('once');
    genesys.ports.socket.frame(genesys.copy(genesys.transcript[0]!));
    genesys.ports.socket.drop();
    await genesys.ports.clock.advance(5_000);
    expect(guest.snapshot()).toMatchObject({ state: 'live', messages: [{ text: 'once' }] });
    expect(guest.snapshot().messages).toHaveLength(1);
    await guest.close();
  });

  it('asks the history when the copy does not come, and finds it there', async () => {
    const { guest, clock } = await live((each) => {
      each.losesCopies = true;
    });
    const sending = guest.send('did you get this?');
    await clock.advance(10_000);
    expect(await sending).toMatchObject({ outcome: 'sent', value: { id: 'm-1', status: 'sent' } });
    await guest.close();
  });

  it('calls it failed when neither its copy nor the history shows it, and never sends it again', async () => {
    const { genesys, guest, clock } = await live((each) => {
      each.losesMessages = true;
    });
    const sending = guest.send('lost');
    await clock.advance(10_000);
    expect(await sending).toMatchObject({ outcome: 'timeout', value: { status: 'failed' } });
    await clock.advance(120_000);
    expect(genesys.texts()).toHaveLength(1);
    await guest.close();
  });

  it('turns a failed message into a sent one when its copy comes late', async () => {
    const { genesys, guest, clock } = await live((each) => {
      each.losesMessages = true;
    });
    const sending = guest.send('late');
    await clock.advance(10_000);
    expect((await sending).value?.status).toBe('failed');
    genesys.ports.socket.frame(genesys.copy(genesys.store('Inbound', 'late'), genesys.texts()[0]?.tracingId));
    expect(guest.snapshot().messages).toMatchObject([{ id: 'm-1', status: 'sent', reason: undefined }]);
    await guest.close();
  });

  it('finds in the history what arrived before the connection was lost', async () => {
    const { genesys, guest, clock } = await live((each) => {
      each.losesCopies = true;
    });
    const sending = guest.send('just in time');
    await settle();
    genesys.ports.socket.drop();
    await clock.advance(5_000);
    expect(await sending).toMatchObject({ outcome: 'sent', value: { id: 'm-1' } });
    expect(genesys.texts()).toHaveLength(1);
    await guest.close();
  });

  it('tells two equal messages apart when only one of them arrived', async () => {
    const { genesys, guest, clock } = await live((each) => {
      each.losesCopies = true;
    });
    const first = guest.send('ok');
    await settle();
    genesys.losesMessages = true;
    const second = guest.send('ok');
    await settle();
    genesys.ports.socket.drop();
    await clock.advance(5_000);
    expect((await first).outcome).toBe('sent');
    expect((await second).outcome).toBe('timeout');
    expect(
      guest
        .snapshot()
        .messages.map(({ status }) => status)
        .toSorted(),
    ).toEqual(['failed', 'sent']);
    await guest.close();
  });

  it('does not take a message from elsewhere for one that has not left', async () => {
    const { genesys, guest, clock } = await live();
    await Promise.all([guest.send('a'), guest.send('b'), clock.advance(1_300)]);
    const waiting = [guest.send('c'), guest.send('d'), guest.send('ok')];
    await settle();
    genesys.store('Inbound', 'ok');
    genesys.ports.socket.drop();
    await clock.advance(700);
    const statuses = () =>
      guest
        .snapshot()
        .messages.filter(({ text }) => text === 'ok')
        .map(({ status }) => status);
    expect(statuses().toSorted()).toEqual(['sending', 'sent']);
    await clock.advance(10_000);
    const [, , third] = await Promise.all(waiting);
    expect(third).toMatchObject({ outcome: 'sent', value: { id: genesys.transcript.at(-1)?.id } });
    expect(statuses()).toEqual(['sent', 'sent']);
    expect(genesys.texts()).toHaveLength(5);
    await guest.close();
  });

  describe('while the history of an earlier visit is being read', () => {
    const resuming = () => {
      const genesys = track(new GuestService());
      genesys.newSession = false;
      genesys.store('Inbound', 'ok');
      const { server } = genesys.ports;
      genesys.ports.server = (request) => (request.path.endsWith('/messages') ? undefined : server(request));
      return { genesys, guest: genesys.session({ token: 'known' }), answers: () => (genesys.ports.server = server) };
    };

    it('never takes an old message with the same text for one that got lost', async () => {
      const { genesys, guest, answers } = resuming();
      genesys.losesMessages = true;
      const connecting = guest.connect();
      await settle();
      expect(guest.snapshot().state).toBe('live');
      const sending = guest.send('ok');
      await settle();
      answers();
      genesys.ports.socket.drop();
      await genesys.ports.clock.advance(80_000);
      await connecting;
      expect(await sending).toMatchObject({ outcome: 'timeout', value: { status: 'failed' } });
      expect(
        guest
          .snapshot()
          .messages.map(({ status }) => status)
          .toSorted(),
      ).toEqual(['failed', 'sent']);
      await guest.close();
    });

    it('shows both when the new one arrives after the old one was read', async () => {
      const { genesys, guest } = resuming();
      genesys.losesCopies = true;
      // The history answers with what there was when it was asked, and its answer comes before the copy.
      genesys.ports.server = (request) =>
        request.path.endsWith('/messages')
          ? { body: { entities: [genesys.copy(genesys.transcript[0]!).body] } }
          : { body: { id: 'deployment-1', messenger: { apps: { conversations: {} } } } };
      let sending: ReturnType<typeof guest.send> | undefined;
      guest.on('state', ({ kind }) => {
        if (kind === 'live') sending ??= guest.send('ok');
      });
      await guest.connect();
      await settle();
      expect(
        guest
          .snapshot()
          .messages.map(({ status }) => status)
          .toSorted(),
      ).toEqual(['sending', 'sent']);
      genesys.ports.socket.frame(genesys.copy(genesys.transcript[1]!, genesys.texts()[0]?.tracingId));
      expect(await sending).toMatchObject({ outcome: 'sent', value: { id: 'm-2' } });
      expect(guest.snapshot().messages.map(({ id }) => id)).toEqual(['m-1', 'm-2']);
      await guest.close();
    });
  });

  it('asks the history when the service answers with something that is no copy', async () => {
    const { genesys, guest, clock } = await live((each) => {
      each.losesMessages = true;
    });
    const sending = guest.send('what?');
    await settle();
    const tracingId = genesys.texts()[0]?.tracingId;
    genesys.ports.socket.frame({ type: 'response', class: 'SomethingNew', code: 200, tracingId, body: {} });
    await clock.advance(1_000);
    expect(await sending).toMatchObject({ outcome: 'timeout', value: { status: 'failed' } });
    await guest.close();
  });

  it('lets messages leave at once although the history has to wait for its limit', async () => {
    const { genesys, guest, clock } = await live();
    await guest.send('one');
    for (let loss = 0; loss < 11; loss++) {
      genesys.ports.socket.drop();
      await clock.advance(1_000);
    }
    expect(guest.snapshot().state).toBe('live');
    const sending = guest.send('two');
    await settle();
    expect(genesys.texts()).toHaveLength(2);
    expect((await sending).outcome).toBe('sent');
    // A token lives for a minute: none is asked for that would have to wait for the first page.
    expect(genesys.sent('getJwt')).toHaveLength(10);
    await clock.advance(60_000);
    await guest.close();
  });

  it('says what the service refused, with its code, and how long to wait', async () => {
    const { genesys, guest } = await live((each) => {
      each.losesMessages = true;
    });
    const tooLong = guest.send('refused');
    await settle();
    const tracingId = genesys.texts()[0]?.tracingId;
    genesys.ports.socket.frame({
      type: 'response',
      class: 'string',
      code: 4011,
      tracingId,
      body: 'Message length 5000 is larger than 4096',
    });
    expect(await tooLong).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('4011'),
      value: { status: 'failed' },
    });
    const tooFast = guest.send('too fast');
    await settle();
    const body = { retryAfter: 3, errorCode: 4029, errorMessage: 'Message rate too high for this session' };
    genesys.ports.socket.frame({
      type: 'response',
      class: 'TooManyRequestsErrorMessage',
      code: 429,
      tracingId: genesys.texts()[1]?.tracingId,
      body,
    });
    expect(await tooFast).toMatchObject({ outcome: 'refused', retryAfterMs: 3_000 });
    expect(guest.snapshot()).toMatchObject({ state: 'live', lastNotice: { code: 'rate.refused' } });
    await guest.close();
  });

  it('waits after a refusal for its rate before the next message leaves', async () => {
    const { genesys, guest, clock } = await live();
    const body = { retryAfter: 3, errorCode: 4029, errorMessage: 'too high' };
    genesys.ports.socket.frame({ type: 'response', class: 'TooManyRequestsErrorMessage', code: 429, body });
    const sending = guest.send('patient');
    await clock.advance(2_900);
    expect(genesys.texts()).toHaveLength(0);
    await clock.advance(200);
    expect((await sending).outcome).toBe('sent');
    await guest.close();
  });

  it('lets two messages leave in any second, in order', async () => {
    const { genesys, guest, clock } = await live();
    const sending = ['1', '2', '3', '4', '5'].map((text) => guest.send(text));
    await settle();
    expect(genesys.texts()).toHaveLength(2);
    await clock.advance(1_300);
    expect(genesys.texts()).toHaveLength(4);
    await clock.advance(1_300);
    await Promise.all(sending);
    expect(genesys.transcript.map(({ text }) => text)).toEqual(['1', '2', '3', '4', '5']);
    await guest.close();
  });

  it('refuses to let more than 64 wait', async () => {
    const { guest } = await live();
    const sending = Array.from({ length: 67 }, (_, index) => guest.send(`message ${index}`));
    await settle();
    const outcome = await Promise.race([sending.at(-1), settle()]);
    expect(outcome).toMatchObject({ outcome: 'suppressed:budget', value: { status: 'failed' } });
    await guest.close();
    const outcomes = await Promise.all(sending);
    expect(outcomes.every(({ outcome }) => outcome !== undefined)).toBe(true);
  });

  it('is offline when there is no session, and settles what waits when the session closes', async () => {
    const genesys = track(new GuestService());
    const guest = genesys.session();
    expect(await guest.send('too early')).toMatchObject({ outcome: 'offline', value: { status: 'failed' } });
    await guest.connect();
    genesys.losesCopies = true;
    const sending = guest.send('closing');
    await settle();
    await guest.close();
    expect(await sending).toMatchObject({ outcome: 'offline', value: { status: 'failed' } });
  });

  it('stops waiting when the caller gives up, and still shows the copy when it comes', async () => {
    const { genesys, guest } = await live((each) => {
      each.losesCopies = true;
    });
    const controller = new AbortController();
    const sending = guest.send('never mind', { signal: controller.signal });
    await settle();
    controller.abort();
    expect(await sending).toMatchObject({ outcome: 'aborted', value: { status: 'failed' } });
    genesys.ports.socket.frame(genesys.copy(genesys.transcript[0]!, genesys.texts()[0]?.tracingId));
    expect(guest.snapshot().messages).toMatchObject([{ status: 'sent' }]);
    expect(await guest.send('not at all', { signal: AbortSignal.abort() })).toMatchObject({
      outcome: 'aborted',
      value: { status: 'failed' },
    });
    expect(genesys.texts()).toHaveLength(1);
    await guest.close();
  });

  it('leaves nothing that is being sent for ever when the caller gives up while the history is asked', async () => {
    const { guest, clock, genesys } = await live((each) => {
      each.losesMessages = true;
    });
    const controller = new AbortController();
    const sending = guest.send('lost', { signal: controller.signal });
    await settle();
    genesys.automatic = false;
    genesys.ports.socket.drop();
    await settle();
    controller.abort();
    expect(await sending).toMatchObject({ outcome: 'aborted', value: { status: 'failed' } });
    genesys.automatic = true;
    await clock.advance(20_000);
    expect(guest.snapshot()).toMatchObject({ state: 'live', messages: [{ text: 'lost', status: 'failed' }] });
    await guest.close();
  });

  // holds: GUEST-UNORDERED
  it('orders messages by the time of the service, whatever the order of the frames', async () => {
    const { genesys, guest } = await live();
    const first = genesys.copy(genesys.store('Outbound', 'first'));
    const second = genesys.copy(genesys.store('Outbound', 'second'));
    genesys.ports.socket.frame(second);
    genesys.ports.socket.frame(first);
    expect(guest.snapshot().messages.map(({ text }) => text)).toEqual(['first', 'second']);
    expect(guest.snapshot().messages[0]).toMatchObject({ from: 'agent', name: 'Ana' });
    await guest.close();
  });

  it.each([
    ['blank text', '  ', 'text.invalid'],
    ['no text', undefined as never, 'text.invalid'],
    ['4,097 bytes', `${'ü'.repeat(2_048)}a`, 'text.invalid'],
  ])('throws for %s', async (_, text, code) => {
    const { guest } = await live();
    await expect(guest.send(text)).rejects.toMatchObject({ code });
    expect(guest.snapshot().messages).toEqual([]);
    await guest.close();
  });

  it('throws for attributes that are too large', async () => {
    const { guest } = await live();
    await expect(guest.send('hi', { attributes: { key: 'x'.repeat(2_046) } })).rejects.toMatchObject({
      code: 'attributes.invalid',
    });
    await guest.close();
  });
});
