// What of the published schema this package models and by which guard, what it does not model and why, and where it is
// stricter or other than the schema on purpose. Everything that is not in these tables is a deviation.
import {
  type Parsed,
  parseAttachmentDeleted,
  parseAttachmentRefusal,
  parseContent,
  parseDatePicker,
  parseDeploymentConfig,
  parseErrorBody,
  parseForm,
  parseGuestConfiguration,
  parseGuestHistoryPage,
  parseGuestRequest,
  parseGuestResponse,
  parseGuestTokens,
  parseListPicker,
  parsePresignedUrl,
  parseTokenExchangeRequest,
  parseTokenRefreshRequest,
  parseUploadSuccess,
} from '@backchannel/protocol';

type Guard = (value: unknown) => Parsed<unknown>;

/** A class that the reader of responses leaves to a reader of its own, so that guests who need none don't load it. */
const BODIES: Readonly<Record<string, Guard>> = {
  PresignedUrlResponse: parsePresignedUrl,
  AttachmentDeletedResponse: parseAttachmentDeleted,
  UploadSuccessEvent: parseUploadSuccess,
  UploadFailureEvent: parseAttachmentRefusal,
  GenerateUrlError: parseAttachmentRefusal,
  GetConfigurationResponse: parseGuestConfiguration,
};

/** A frame of the service, whichever reader it is for. A class that nobody reads is a problem here. */
export const readServerFrame: Guard = (frame) => {
  const parsed = parseGuestResponse(frame);
  if (!parsed.ok || parsed.value.class !== 'unrecognised') return parsed;
  const { name, value } = parsed.value.body;
  const body = BODIES[name]?.(value);
  if (body?.ok === false)
    return { ok: false, problem: { ...body.problem, path: body.problem.path.replace('$', '$.body') } };
  if (body !== undefined) return body;
  return { ok: false, problem: { path: '$.class', found: `the class ${name}`, expected: 'a class that is modelled' } };
};

const bodyOf =
  (name: string): Guard =>
  (body) =>
    readServerFrame({ type: 'message', class: name, code: 200, body });

/** Content of a type that this package keeps by name alone is not modelled. */
const contentOf =
  (contentType: string): Guard =>
  (value) => {
    const field = contentType.charAt(0).toLowerCase() + contentType.slice(1);
    const parsed = parseContent([{ contentType, [field]: value }]);
    if (parsed.ok && parsed.value[0]?.contentType === 'Other') {
      return { ok: false, problem: { path: '$', found: contentType, expected: 'content that is modelled' } };
    }
    return parsed;
  };

const eventOf =
  (eventType: string): Guard =>
  (value) =>
    bodyOf('StructuredMessage')({
      id: 'x',
      type: 'Event',
      direction: 'Outbound',
      events: [{ eventType, [eventType.toLowerCase()]: value }],
    });

const messageWith =
  (field: string): Guard =>
  (value) =>
    bodyOf('StructuredMessage')({ id: 'x', type: 'Text', direction: 'Outbound', [field]: value });

const requestWith =
  (field: string): Guard =>
  (value) =>
    parseGuestRequest({ action: 'onMessage', token: 't', message: { type: 'Text', text: 'x', [field]: value } });

/** Definitions of the schema, each with the guard that has to accept whatever satisfies it. */
export const MODELS: Readonly<Record<string, Guard>> = {
  ConfigureSessionRequest: parseGuestRequest,
  ConfigureAuthenticatedSessionRequest: parseGuestRequest,
  CloseSessionRequest: parseGuestRequest,
  DeleteAttachmentRequest: parseGuestRequest,
  GenerateDownloadUrlRequest: parseGuestRequest,
  GenerateUploadUrlRequest: parseGuestRequest,
  SendMessageRequest: parseGuestRequest,
  SendEchoRequest: parseGuestRequest,
  GetJwtRequest: parseGuestRequest,
  GetConfigurationRequest: parseGuestRequest,
  IncomingNormalizedMessage: (message) => parseGuestRequest({ action: 'onMessage', token: 't', message }),
  BaseMessagingChannel: requestWith('channel'),
  BaseChannelMetadata: (metadata) => requestWith('channel')({ metadata }),

  SessionResponse: bodyOf('SessionResponse'),
  StructuredMessage: bodyOf('StructuredMessage'),
  CleanMessage: bodyOf('StructuredMessage'),
  JwtResponse: bodyOf('JwtResponse'),
  TooManyRequestsErrorMessage: bodyOf('TooManyRequestsErrorMessage'),
  ConnectionClosedEvent: bodyOf('ConnectionClosedEvent'),
  LogoutEvent: bodyOf('LogoutEvent'),
  SessionExpiredEvent: bodyOf('SessionExpiredEvent'),
  SessionClearedEvent: bodyOf('SessionClearedEvent'),
  PresignedUrlResponse: bodyOf('PresignedUrlResponse'),
  AttachmentDeletedResponse: bodyOf('AttachmentDeletedResponse'),
  UploadSuccessEvent: bodyOf('UploadSuccessEvent'),
  UploadFailureEvent: bodyOf('UploadFailureEvent'),
  GenerateUrlError: bodyOf('GenerateUrlError'),
  GetConfigurationResponse: bodyOf('GetConfigurationResponse'),
  AllowedMedia: (allowedMedia) => bodyOf('GetConfigurationResponse')({ allowedMedia }),
  BaseMessage: readServerFrame,

  MessageEvent: (event) => messageWith('events')([event]),
  CleanMessageEvent: (event) => messageWith('events')([event]),
  EventTyping: eventOf('Typing'),
  EventPresence: eventOf('Presence'),
  CleanMessagingChannel: messageWith('channel'),
  CleanMessagingRecipient: (from) => messageWith('channel')({ from }),
  BaseMessagingRecipient: (from) => messageWith('channel')({ from }),

  MessageContent: (item) => parseContent([item]),
  BaseMessagingContent: (item) => parseContent([item]),
  CleanMessageContent: (item) => parseContent([item]),
  BaseContentAttachment: contentOf('Attachment'),
  CleanContentAttachment: contentOf('Attachment'),
  ContentAttachment: contentOf('Attachment'),
  ContentButtonResponse: contentOf('ButtonResponse'),
  ContentQuickReply: contentOf('QuickReply'),
  ContentQuickReplyV2: contentOf('QuickReplyV2'),
  ContentCard: contentOf('Card'),
  ContentCarousel: contentOf('Carousel'),
  ContentDatePicker: parseDatePicker,
  ContentListPicker: parseListPicker,
  ContentForm: parseForm,
};

/** Where a guard refuses what the schema allows, or the schema means something else than it says. */
export const EXPLAINED: readonly {
  /** Definitions, or names of recorded frames. */
  readonly of: RegExp;
  /** Path of the problem, without indices. */
  readonly at: RegExp;
  readonly why: string;
}[] = [
  {
    of: /Message$|Content$|Event$|Request$/,
    at: /\.events\.(typing|presence)$/,
    why: 'The schema leaves every kind of event optional; eventType says which one is there, and in every recorded frame it is.',
  },
  {
    of: /Message$|Content$|Request$/,
    at: /(^\$|\.content)\.(attachment|buttonResponse|quickReply|quickReplyV2|card|carousel)$/,
    why: 'The schema leaves every kind of content optional; contentType says which one is there, and in every recorded frame it is.',
  },
  {
    of: /Content|Message|Request$/,
    at: /\.card(s)?\.actions$/,
    why: 'The schema gives the actions of a card no type; in every recorded card they are objects.',
  },
  {
    of: /^(StructuredMessage|CleanMessage)$/,
    at: /^\$\.body\.(direction|id)$/,
    why: 'The schema leaves id and direction optional; without them a message has no place, and every recorded one has both.',
  },
  {
    of: /^BaseMessage$/,
    at: /^\$\.(body\b|class$)/,
    why: 'The schema says nothing of the body here; its class does, and each class is checked by itself.',
  },
];

/** Recorded REST samples, by the beginning of their name. */
export const SAMPLES: readonly (readonly [name: string, guard: Guard])[] = [
  ['GET /api/v2/webmessaging/messages', parseGuestHistoryPage],
  ['GET config.json', parseDeploymentConfig],
  ['config.json notifications', parseDeploymentConfig],
  [
    'config.json messenger.apps.conversations',
    (conversations) => parseDeploymentConfig({ id: 'x', messenger: { enabled: true, apps: { conversations } } }),
  ],
  ['token exchange / refresh response', parseGuestTokens],
  ['POST token/refresh body', parseTokenRefreshRequest],
  ['oauth object of POST token', (oauth) => parseTokenExchangeRequest({ deploymentId: 'x', oauth })],
  ['pushdevices error body', parseErrorBody],
];

/** What is there and not modelled. A name that ends in `*` stands for all that begin like it. */
export const NOT_MODELLED: readonly { readonly why: string; readonly names: readonly string[] }[] = [
  {
    why: 'The names of the actions: one list, GUEST_ACTIONS, is compared with all of them below.',
    names: ['RequestType', 'RequestType.*'],
  },
  {
    why: 'Texts that are kept as they are, because the platform adds values without notice (GUEST-TOLERANCE).',
    names: [
      'NormalizedType',
      'Status',
      'MediaType',
      'ContentType',
      'ChannelType',
      'OriginatingEntity',
      'EventTypeEnum',
      'EventPresenceType',
      'EventTypingType',
      'Direction',
      'BaseMessageType',
      'MessageDataType',
      'Action',
      'CardActionType',
      'ButtonResponseType',
    ],
  },
  {
    why: 'Envelopes without fields of their own.',
    names: ['BaseResponse', 'ResponseMessage', 'EventMessage', 'ErrorMessage', 'CleanChannelMetadata'],
  },
  {
    why: 'Analytics of the visitor’s journey: never sent by this SDK, passed over by the emulator.',
    names: ['Journey*'],
  },
  {
    why: 'Parts of definitions that are modelled as a whole.',
    names: [
      'FileType',
      'FileUploadMode',
      'oAuthParams',
      'ContentCardAction',
      'ContentDatePickerAvailableTime',
      'ContentListPickerItem',
      'ContentListPickerSection',
      'ContentWheelPicker*',
      'ContentInput',
      'Form*',
      'Ent',
    ],
  },
  {
    why: 'Content of other channels (Apple, WhatsApp, …) or of agents’ desktops. It is kept by name.',
    names: [
      'DateDisplayFormat',
      'ContentLocation',
      'AutoCompleteType',
      'KeyboardType',
      'ContentReceivedReplyMessage',
      'ContentIntroduction',
      'ButtonComponent',
      'ContentGeneric',
      'ContentInteractiveApplication',
      'ListItemType',
      'ListItemComponent',
      'ListType',
      'ContentList',
      'ContentActions',
      'ContentLineItem',
      'Payment*',
      'ContentPayment*',
      'ContactField',
      'ContentRequiredContactField',
      'ContentPostback',
      'ContentReaction',
      'ReactionType',
      'Type',
      'ContentRichLink*',
      'ContentRoadsideAssistance',
      'StoryType',
      'ContentStory',
      'NotificationTemplate*',
      'ContentNotificationTemplate',
      'Template*',
      'HeaderType',
      'Header',
      'TextType',
      'ContentText',
    ],
  },
  {
    why: 'Recipients as other channels know them; a guest has a name and a picture.',
    names: ['AdditionalIDType', 'Recipient*', 'IDType', 'MessagingRecipient'],
  },
  {
    why: 'Push notifications of mobile apps: out of scope; the emulator says so.',
    names: [
      'DeviceType',
      'Push*',
      'NotificationMessage',
      'Provider',
      'ContentPush',
      'POST pushdevices body',
      'PATCH pushdevices body',
    ],
  },
  {
    why: 'Co-browsing and video: their events are kept by name.',
    names: ['EventType', 'EventCoBrowse', 'EventVideo'],
  },
  {
    why: 'No client has been seen to use it, and nobody describes it.',
    names: ['ResumeTokenResponse', 'class Error', 'class Unknown', 'class ResumeTokenResponse'],
  },
];
