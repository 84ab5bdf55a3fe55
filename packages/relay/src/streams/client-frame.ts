import * as z from 'zod';
import { RelayProblem } from '../domain/problem.ts';
import { conversationPath, ID_MAX } from '../http/v1/conversation-schemas.ts';
import { messageHeaders, messageSchema, receiptSchema, typingSchema } from '../http/v1/signal-routes.ts';
import { requestErrors } from '../http/validation-errors.ts';

/** Longest token that is looked at; ours have some hundred characters. */
const TOKEN_MAX = 4_096;

/** A frame's own name for itself: its answer carries it. */
const frameId = z.string().min(1).max(ID_MAX).optional();
const conversationId = conversationPath.shape.id.optional();

const position = z.int().min(0);

const SCHEMAS = {
  authenticate: z.strictObject({
    type: z.literal('authenticate'),
    id: frameId,
    token: z.string().min(1).max(TOKEN_MAX),
    conversationId,
    after: position.optional(),
  }),
  typing: typingSchema.extend({ type: z.literal('typing'), id: frameId, conversationId }),
  receipt: receiptSchema.extend({ type: z.literal('receipt'), id: frameId, conversationId }),
  message: messageSchema.extend({
    type: z.literal('message'),
    id: frameId,
    conversationId,
    idempotencyKey: messageHeaders.shape['idempotency-key'],
  }),
} as const;

/** What a client says on `/v1/stream`. */
export type ClientFrame = {
  readonly [Type in keyof typeof SCHEMAS]: z.infer<(typeof SCHEMAS)[Type]>;
}[keyof typeof SCHEMAS];
export type AuthenticateFrame = Extract<ClientFrame, { readonly type: 'authenticate' }>;
export type CommandFrame = Exclude<ClientFrame, AuthenticateFrame>;

/** `/v1/stream?…`, for who can't send the token as a frame. */
export const streamQuery = z.strictObject({
  ticket: z.string().min(1).max(TOKEN_MAX).optional().meta({ description: 'From `POST /v1/tickets`.' }),
  conversationId,
  after: z.coerce.number().pipe(position).optional().meta({ description: 'Position of the last event that you got.' }),
});

/** @throws RelayProblem `request.invalid`. */
export function readClientFrame(text: string): ClientFrame {
  const frame = parsed(text);
  const type = typeof frame === 'object' && frame !== null && 'type' in frame ? frame.type : undefined;
  const schema = isKnown(type) ? SCHEMAS[type] : undefined;
  if (!schema) {
    const shown = typeof type === 'string' && /^[\w.-]{1,40}$/.test(type) ? `"${type}"` : 'missing or no name';
    throw new RelayProblem(
      'request.invalid',
      400,
      `The type of the frame is ${shown}, which the relay does not know.`,
      {
        fix: `Send one of ${Object.keys(SCHEMAS).join(', ')}.`,
        errors: [{ path: 'type', detail: `must be one of ${Object.keys(SCHEMAS).join(', ')}` }],
      },
    );
  }
  const { data, error } = schema.safeParse(frame);
  if (error) {
    throw new RelayProblem('request.invalid', 400, `The ${String(type)} frame is not what the relay takes.`, {
      fix: 'Correct the members in errors; /docs shows every frame with an example.',
      errors: requestErrors(error.issues, frame, schema),
    });
  }
  return data;
}

/** The id that a frame gave itself, also one that can't be understood otherwise: its answer should find its question. */
export function frameIdOf(text: string): string | undefined {
  try {
    return z.object({ id: frameId }).safeParse(JSON.parse(text)).data?.id;
  } catch {
    return undefined; // no JSON: nothing can be told apart in it
  }
}

const isKnown = (type: unknown): type is keyof typeof SCHEMAS =>
  typeof type === 'string' && Object.hasOwn(SCHEMAS, type);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RelayProblem('request.invalid', 400, 'The frame is no JSON.', {
      fix: 'Send one JSON object in each text frame.',
      cause,
    });
  }
}
