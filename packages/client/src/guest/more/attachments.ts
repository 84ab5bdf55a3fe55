import {
  type AllowedMedia,
  type PresignedUrl,
  parseAttachmentDeleted,
  parseAttachmentRefusal,
  parseGuestConfiguration,
  parsePresignedUrl,
  parseUploadSuccess,
} from '@backchannel/protocol';
import { withDeadline } from '../../core/deadline.ts';
import { BackchannelError } from '../../error.ts';
import type { Settled } from '../../settled.ts';
import type { GuestFrame } from '../guest-frames.ts';
import type { SendOptions } from '../guest-outbox.ts';
import type { GuestSession } from '../guest-session.ts';
import type { GuestMessage } from '../guest-snapshot.ts';
import { PARTS, type SessionParts, type UnclaimedFrame } from '../session-parts.ts';
import { ask, socketOf, unexpected } from './ask.ts';

/** How long an upload may take, with the service's verdict on the file. */
export const UPLOAD_TIMEOUT_MS = 120_000;

/** Longest name of a file, in characters (third-party, LIMIT-GUEST-FILE-NAME). */
const NAME_CHARACTERS_MAX = 1_023;

/** A file that was uploaded and can be sent. */
export interface GuestAttachment {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** Good for about ten minutes (documented, GUEST-ATTACHMENT-URL-LIFE); {@link attachmentUrl} gives another. */
  readonly url: string;
}

/** Which files the session takes; `fileTypes` empty means none. As the newest SessionResponse says (GUEST-ALLOWED-MEDIA). */
export interface AttachmentRules extends AllowedMedia {
  /** With a leading dot. */
  readonly blockedExtensions: readonly string[];
}

/** The rules of the session, once it was configured. For the `accept` of a file input, and for telling people beforehand. */
export function attachmentRules(guest: GuestSession): AttachmentRules | undefined {
  const session = guest[PARTS].session();
  const parsed = session && parseGuestConfiguration(session);
  return parsed?.ok ? { ...parsed.value.allowedMedia, blockedExtensions: parsed.value.blockedExtensions } : undefined;
}

/**
 * Uploads a file so that it can be sent: checks it against the session's rules, asks for a URL, puts the bytes there and waits
 * for the service's verdict. Nothing is uploaded twice by itself.
 *
 * `suppressed:disabled` where the deployment takes no attachments; `refused` for a file that breaks a rule, here or at the
 * service (`error.code` is `attachment.refused`); `timeout` after {@link UPLOAD_TIMEOUT_MS}.
 *
 * ```ts
 * const { value: photo } = await uploadAttachment(guest, file);
 * if (photo) await sendAttachment(guest, photo, 'The broken part');
 * ```
 */
export async function uploadAttachment(
  guest: GuestSession,
  file: Blob,
  {
    name = 'name' in file ? String(file.name) : '',
    signal,
  }: { readonly name?: string; readonly signal?: AbortSignal } = {},
): Promise<Settled<GuestAttachment>> {
  const parts = guest[PARTS];
  const offline = socketOf(parts);
  if ('outcome' in offline) return { ...offline, value: undefined };
  const wrong = ruleBroken(attachmentRules(guest), file, name);
  if (wrong) return wrong;
  const { clock, ids } = parts.ports;
  const attachmentId = ids.uuid();
  const verdict = new Verdict(parts, attachmentId);
  try {
    const result = await withDeadline({ clock, timeoutMs: UPLOAD_TIMEOUT_MS, signal }, async (over) => {
      const url = await announce(parts, attachmentId, file, name, over);
      if (!url.value) return url;
      const put = await putFile(parts, url.value, file, over);
      return put ?? verdict.given;
    });
    if (result.kind !== 'done') return { outcome: result.kind, reason: `The upload of ${name} did not end.` };
    const { value, ...settled } = result.value;
    if (value === undefined || !('downloadUrl' in value)) return settled;
    return { ...settled, value: { id: attachmentId, name, type: file.type, size: file.size, url: value.downloadUrl } };
  } finally {
    verdict.end();
  }
}

/** Sends an uploaded file, with a text or without. Settles like `send`. A message carries one (documented, GUEST-ATTACHMENT-ONE). */
export const sendAttachment = (
  guest: GuestSession,
  { id }: Pick<GuestAttachment, 'id'>,
  text = '',
  options: Omit<SendOptions, 'content'> = {},
): Promise<Settled<GuestMessage>> =>
  guest.send(text, { ...options, content: [{ contentType: 'Attachment', attachment: { id } }] });

/** Takes a file back that was not sent. `refused` when it was, or when the service does not know it. */
export async function deleteAttachment(
  guest: GuestSession,
  id: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Settled> {
  const parts = guest[PARTS];
  const answer = await ask(parts, fileFrame(parts, 'deleteAttachment', id), signal);
  const body = bodyOf(answer.value, 'AttachmentDeletedResponse');
  return body !== undefined && parseAttachmentDeleted(body).ok
    ? { outcome: 'sent', reason: 'The file was taken back.' }
    : unexpected(answer, 'AttachmentDeletedResponse');
}

/** A fresh URL to read a file from: those in messages live about ten minutes (documented, GUEST-ATTACHMENT-URL-LIFE). */
export async function attachmentUrl(
  guest: GuestSession,
  id: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Settled<string>> {
  const parts = guest[PARTS];
  const answer = await ask(parts, fileFrame(parts, 'getAttachment', id), signal);
  const parsed = parsePresignedUrl(bodyOf(answer.value, 'PresignedUrlResponse'));
  return parsed.ok
    ? { outcome: 'sent', reason: 'A fresh URL.', value: parsed.value.url }
    : unexpected(answer, 'PresignedUrlResponse');
}

const fileFrame = (
  { frames, ports }: SessionParts,
  action: GuestFrame['action'],
  attachmentId: string,
): GuestFrame => ({
  action,
  token: frames.token,
  tracingId: ports.ids.uuid(),
  attachmentId,
});

/** The body of an answer whose class the session does not read itself. */
function bodyOf(answer: { readonly class: string; readonly body: unknown } | undefined, name: string): unknown {
  if (answer?.class !== 'unrecognised') return undefined;
  const frame = answer.body as UnclaimedFrame;
  return frame.name === name ? frame.value : undefined;
}

const refused = (text: string): Settled<never> => ({
  outcome: 'refused',
  reason: text,
  error: new BackchannelError('attachment.refused', text),
});

function ruleBroken(rules: AttachmentRules | undefined, file: Blob, name: string): Settled<never> | undefined {
  if (!rules?.fileTypes.length) {
    return { outcome: 'suppressed:disabled', reason: 'The deployment takes no attachments from guests.' };
  }
  const dot = name.lastIndexOf('.');
  const extension = name.slice(dot).toLowerCase();
  if (dot < 0 || extension.length < 2 || name.length > NAME_CHARACTERS_MAX) {
    return refused(
      `The file name ${JSON.stringify(name.slice(0, 60))} needs an extension and at most ${NAME_CHARACTERS_MAX} characters.`,
    );
  }
  if (rules.blockedExtensions.includes(extension)) return refused(`Files with the extension ${extension} are blocked.`);
  if (!rules.fileTypes.some((each) => covers(each, file.type))) {
    return refused(
      `Files of type ${file.type || '(none)'} are not allowed. Allowed are ${rules.fileTypes.join(', ')}.`,
    );
  }
  if (file.size === 0) return refused('The file is empty.');
  const bytesMax = (rules.maxFileSizeKB ?? Number.POSITIVE_INFINITY) * 1_024;
  return file.size > bytesMax
    ? refused(`The file has ${file.size} bytes; at most ${bytesMax} are allowed.`)
    : undefined;
}

// The wildcard covers all, "image/" with one all images.
const covers = (allowed: string, type: string): boolean =>
  allowed === '*/*' || allowed === type || (allowed.endsWith('/*') && type.startsWith(allowed.slice(0, -1)));

async function announce(
  parts: SessionParts,
  attachmentId: string,
  { size, type }: Blob,
  fileName: string,
  signal: AbortSignal,
): Promise<Settled<PresignedUrl>> {
  const file = { fileName, fileType: type, fileSize: size, errorsAsJson: true };
  const answer = await ask(parts, { ...fileFrame(parts, 'onAttachment', attachmentId), ...file }, signal);
  const refusal = parseAttachmentRefusal(bodyOf(answer.value, 'GenerateUrlError'));
  if (refusal.ok)
    return refused(`The service refused the file with ${refusal.value.errorCode}: ${refusal.value.errorMessage}`);
  const parsed = parsePresignedUrl(bodyOf(answer.value, 'PresignedUrlResponse'));
  return parsed.ok
    ? { outcome: 'sent', reason: 'A URL.', value: parsed.value }
    : unexpected(answer, 'PresignedUrlResponse');
}

/** Puts the bytes with exactly the headers that the URL was signed with, plus the type (documented, GUEST-ATTACHMENT). */
async function putFile(
  { ports }: SessionParts,
  { url, headers }: PresignedUrl,
  file: Blob,
  signal: AbortSignal,
): Promise<Settled<never> | undefined> {
  try {
    const response = await ports.fetch(url, {
      method: 'PUT',
      headers: { ...headers, 'content-type': file.type },
      body: file,
      signal,
    });
    return response.ok ? undefined : refused(`The store refused the upload with ${response.status}.`);
  } catch (error) {
    const reason = `The upload did not reach the store (${String(error)}).`;
    return {
      outcome: 'offline',
      reason,
      error: new BackchannelError('attachment.unreachable', reason, { cause: error }),
    };
  }
}

/** What the service says on the socket about an uploaded file. */
class Verdict {
  readonly given: Promise<Settled<{ readonly downloadUrl: string }>>;
  readonly end: () => void;

  constructor({ claims }: SessionParts, attachmentId: string) {
    let settle: (settled: Settled<{ readonly downloadUrl: string }>) => void;
    this.given = new Promise((resolve) => {
      settle = resolve;
    });
    const claim = ({ name, value }: UnclaimedFrame): boolean => {
      const success = name === 'UploadSuccessEvent' ? parseUploadSuccess(value) : undefined;
      if (success?.ok && success.value.attachmentId === attachmentId) {
        settle({ outcome: 'sent', reason: 'The service has the file.', value: success.value });
        return true;
      }
      const failure = name === 'UploadFailureEvent' ? parseAttachmentRefusal(value) : undefined;
      if (!failure?.ok || failure.value.attachmentId !== attachmentId) return false;
      settle(refused(`The service refused the file with ${failure.value.errorCode}: ${failure.value.errorMessage}`));
      return true;
    };
    claims.add(claim);
    this.end = () => claims.delete(claim);
  }
}
