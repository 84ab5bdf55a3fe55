import type { DeleteAttachment, GetAttachment, GuestCode, OnAttachment } from '@backchannel/protocol';
import { type Attachment, announcementRefusal, type FileRefusal } from '../world/attachments.ts';
import type { Session } from '../world/entities.ts';
import type { World } from '../world/world.ts';
import {
  attachmentDeletedFrame,
  errorFrame,
  type GuestFrame,
  generateUrlErrorFrame,
  presignedUrlFrame,
} from './guest-frames.ts';

/** The header that the URL was signed with: an upload without it is refused (GUEST-ATTACHMENT). */
export const UPLOAD_HEADER = 'x-amz-tagging';
export const uploadTag = (attachment: Attachment): string => `owner=emulator&attachmentId=${attachment.key}`;

/** Answers `onAttachment` with a URL for the upload, or says what is wrong with the file. */
export function answerOnAttachment(world: World, session: Session, request: OnAttachment, host: string): GuestFrame {
  const { deployment, attachments } = world.state;
  const { tracingId } = request;
  const refusal: FileRefusal | undefined =
    deployment.fileTypes.length === 0
      ? { code: 4000, text: 'Attachments are not enabled' }
      : announcementRefusal(request, deployment, world.limits.of('guestFileNameCharacters'));
  if (refusal !== undefined) {
    return request.errorsAsJson === true
      ? generateUrlErrorFrame(request.attachmentId, refusal, world.switches.generateUrlErrorAs, tracingId)
      : errorFrame(refusal.code, refusal.text, tracingId);
  }
  const attachment = attachments.announce(session, request);
  const headers = { [UPLOAD_HEADER]: uploadTag(attachment) };
  return presignedUrlFrame(attachment, attachments.url(attachment, 'upload', host), headers, tracingId);
}

/** A file that may go with a message or be read back, or the code that says why not. */
export function usableAttachment(
  world: World,
  session: Session,
  id: string,
): Attachment | { readonly refused: GuestCode; readonly text: string } {
  const attachment = world.state.attachments.find(session, id);
  if (attachment === undefined) return { refused: 4009, text: 'Attachment not found' };
  if (world.state.attachments.isOver(attachment)) return { refused: 4008, text: 'Attachment has expired' };
  return attachment.state === 'uploaded' || attachment.state === 'sent'
    ? attachment
    : { refused: 4010, text: 'Attachment was not successfully uploaded' };
}

/** Answers `getAttachment` with a fresh URL, which is known by its empty headers (documented, GUEST-ATTACHMENT-URL-LIFE). */
export function answerGetAttachment(
  world: World,
  session: Session,
  { attachmentId, tracingId }: GetAttachment,
  host: string,
): GuestFrame {
  const found = usableAttachment(world, session, attachmentId);
  return 'refused' in found
    ? errorFrame(found.refused, found.text, tracingId)
    : presignedUrlFrame(found, world.state.attachments.url(found, 'download', host), {}, tracingId);
}

/** A file that was sent stays: it is part of the conversation. */
export function answerDeleteAttachment(
  world: World,
  session: Session,
  { attachmentId, tracingId }: DeleteAttachment,
): GuestFrame {
  const attachment = world.state.attachments.find(session, attachmentId);
  if (attachment === undefined || attachment.state === 'sent')
    return errorFrame(4009, 'Attachment not found', tracingId);
  world.state.attachments.remove(attachment);
  return attachmentDeletedFrame(attachmentId, tracingId);
}
