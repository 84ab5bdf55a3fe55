import type { Emulator } from '@backchannel/emulator';

/** The session of the fuzzed guest. */
export const FUZZ_TOKEN = '0f0e0d0c-0b0a-4908-8706-050403020100';

const event = (body: object): object => ({ type: 'Event', events: [body] });

/** Valid frames of every action of the guest socket, in the shapes that official clients write. */
export function validFrames({ info }: Emulator): readonly object[] {
  const token = FUZZ_TOKEN;
  const message = (body: object): object => ({ action: 'onMessage', token, tracingId: 'm', message: body });
  return [
    { action: 'configureSession', token, deploymentId: info.deploymentId, startNew: false, tracingId: 'c' },
    { action: 'configureSession', token, deploymentId: info.deploymentId, startNew: true, tracingId: 'n' },
    {
      action: 'configureAuthenticatedSession',
      token,
      deploymentId: info.deploymentId,
      data: { code: 'eyJhbGciOiJub25lIn0.e30.' },
      tracingId: 'a',
    },
    message({ type: 'Text', text: 'hi', channel: { metadata: { customAttributes: { name: 'Gus' } } } }),
    { ...message({ type: 'Text', text: 'hi' }), channel: { metadata: { customAttributes: { name: 'Gus' } } } },
    message({ type: 'Text', text: 'with metadata', metadata: { customMessageId: '1' } }),
    message({ type: 'Text', text: '', content: [{ contentType: 'Attachment', attachment: { id: 'x' } }] }),
    message({
      type: 'Structured',
      text: 'Yes',
      content: [{ contentType: 'ButtonResponse', buttonResponse: { type: 'QuickReply', text: 'Yes', payload: 'yes' } }],
    }),
    message(event({ eventType: 'Typing', typing: { type: 'On', duration: 5_000 } })),
    message(event({ eventType: 'Typing', typing: { type: 'On' } })),
    message(event({ eventType: 'Presence', presence: { type: 'Join' } })),
    message(event({ eventType: 'Presence', presence: { type: 'Clear' } })),
    message(event({ eventType: 'Presence', presence: { type: 'Disconnect' } })),
    message({ type: 'Receipt', id: 'x' }),
    { action: 'echo', token, tracingId: 'e', message: { type: 'Text', text: 'ping' } },
    { action: 'getJwt', token, tracingId: 'j' },
    {
      action: 'onAttachment',
      token,
      tracingId: 'u',
      attachmentId: 'a',
      fileName: 'a.png',
      fileType: 'image/png',
      fileSize: 9,
    },
    { action: 'getAttachment', token, tracingId: 'g', attachmentId: 'a' },
    { action: 'deleteAttachment', token, tracingId: 'd', attachmentId: 'a' },
    { action: 'getConfiguration', token, tracingId: 'o', deploymentId: info.deploymentId },
    { action: 'closeSession', token, tracingId: 's', closeAllConnections: false },
    { action: 'disconnectCustomer', token, tracingId: 'x' },
    { action: 'resumeToken', token, tracingId: 'r' },
  ];
}

/** Bodies that one operation or another takes; each is tried on all of them. */
export const VALID_BODIES: readonly unknown[] = [
  { typing: { type: 'On', duration: 5_000 } },
  { textBody: 'hi' },
  { messageIds: ['x', 'y'] },
  ['x', 'y'],
  { attributes: { seen: 'yes' } },
  { state: 'disconnected', wrapup: { code: 'x' } },
  { userId: 'x', transferType: 'Unattended' },
  [{ id: 'v2.users.x.conversations.messages' }],
  {
    name: 'x',
    outboundNotificationWebhookUrl: 'http://127.0.0.1:9/',
    outboundNotificationWebhookSignatureSecretToken: 's',
  },
  { name: 'x', event: { typing: { on: { inbound: 'Enabled', outbound: 'Enabled' } } } },
  {
    channel: {
      messageId: 'm',
      from: { id: 'u', idType: 'Opaque', firstName: 'Gus' },
      time: '2026-01-05T10:00:00.000Z',
    },
    text: 'hi',
  },
  {
    channel: { from: { id: 'u', idType: 'Opaque' }, time: '2026-01-05T10:00:00.000Z' },
    events: [{ eventType: 'Typing', typing: { type: 'On' } }],
  },
  { id: 'm', status: 'Delivered', channel: { to: { id: 'u' }, time: '2026-01-05T10:00:00.000Z' } },
  { message: 'ping' },
  { sockets: 'none' },
];

/** Frames of a notification client; one of them means something. */
export const NOTIFICATION_FRAMES: readonly unknown[] = [{ message: 'ping' }, { message: 'pong' }, { topicName: 'x' }];
