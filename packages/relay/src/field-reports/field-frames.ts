import * as z from 'zod';
import type { RelayCommands } from '../domain/commands.ts';
import { RelayProblem } from '../domain/problem.ts';
import { idSchema } from '../http/v1/conversation-schemas.ts';
import { messageSchema } from '../http/v1/signal-routes.ts';
import { requestErrors } from '../http/validation-errors.ts';
import { type Encode, encodeOnce, type Frame, jsonFrame } from '../streams/frame.ts';

/** Longest token that is looked at; ours have some hundred characters. */
const TOKEN_MAX = 4_096;

/** What a client says on the sockets of F8 and F10. */
const FRAMES = z.discriminatedUnion(
  'type',
  [
    z.object({ type: z.literal('authenticate'), token: z.string().min(1).max(TOKEN_MAX) }),
    z.object({ type: z.literal('typing'), data: z.object({ isTyping: z.boolean() }) }),
    z.object({ type: z.literal('message'), data: z.object({ text: messageSchema.shape.text }) }),
    z.object({ type: z.literal('read'), data: z.object({ messageId: idSchema.optional() }).default({}) }),
  ],
  'must be one of "authenticate", "typing", "message", "read"',
);
export type FieldFrame = z.infer<typeof FRAMES>;

/** @throws RelayProblem `request.invalid`. */
export function readFieldFrame(text: string): FieldFrame {
  const frame = parsed(text);
  const { data, error } = FRAMES.safeParse(frame);
  if (data) return data;
  throw new RelayProblem('request.invalid', 400, 'The frame is not what the relay takes.', {
    fix: 'Send {"type":"typing","data":{"isTyping":true}}, {"type":"message","data":{"text":"…"}} or {"type":"read","data":{"messageId":"…"}}.',
    errors: requestErrors(error.issues, frame, FRAMES),
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no JSON: no frame either, and the refusal says what one is
  }
}

/** A first frame that may be a token; anything else is `undefined`. */
export function tokenIn(text: string): string | undefined {
  const frame = FRAMES.safeParse(parsed(text)).data;
  return frame?.type === 'authenticate' ? frame.token : undefined;
}

/**
 * Events as F8 and F10 tell them: of every participant, the listener's own too. What these reports have no word for is not
 * told. Besides what was reported, `participant` says who it was in words, and `timestamp` when.
 */
export const fieldFrames = (relay: RelayCommands): Encode =>
  encodeOnce(({ bindingId, conversationId: conversation_id, time: timestamp, body }) => {
    if (body.kind === 'conversation' || body.kind === 'message-status') return undefined;
    const { participant } = body;
    const who = { participant_id: relay.participantId(bindingId, participant), participant, timestamp };
    switch (body.kind) {
      case 'typing':
        return JSON.stringify({ event_type: 'typing', conversation_id, ...who, payload: { typing: body.typing } });
      case 'message': {
        const { messageId: message_id, text } = body;
        return JSON.stringify({ event_type: 'message', conversation_id, message_id, ...who, payload: { text } });
      }
      case 'receipt': {
        // What was delivered or displayed has not been read yet.
        if (body.watermark !== 'seen' && body.watermark !== 'acknowledged') return undefined;
        const { messageId: message_id } = body;
        return JSON.stringify({ event_type: 'read', conversation_id, message_id, ...who, payload: { read: true } });
      }
    }
  });

/** Why a frame could not be done. */
export const errorFrame = ({ code, message, fix, errors }: RelayProblem): Frame =>
  jsonFrame({ event_type: 'error', payload: { code, message, fix, ...(errors.length > 0 && { errors }) } });
