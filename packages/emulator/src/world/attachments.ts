import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { GuestCode } from '@backchannel/protocol';
import { BOUNDS } from '../bounds.ts';
import type { SeededIds } from '../ids.ts';
import type { Timeline } from '../timeline.ts';
import type { Deployment } from './deployment.ts';
import type { Session } from './entities.ts';

/** Life of a presigned URL (documented, GUEST-ATTACHMENT-URL-LIFE). */
const URL_LIFE_MS = 600_000;
/** Life of a file that was not sent (documented, GUEST-ATTACHMENT-UNSENT). */
const UNSENT_LIFE_MS = 15 * 86_400_000;

/** A file of a guest: announced, then uploaded or refused, then sent with a message. */
export interface Attachment {
  /** As the guest knows it; unique in its session alone. */
  readonly id: string;
  /** As its URLs know it. */
  readonly key: string;
  readonly session: Session;
  readonly fileName: string;
  readonly fileType: string;
  readonly fileSize: number;
  readonly fileMd5?: string | undefined;
  readonly requestedAtMs: number;
  state: 'announced' | 'uploaded' | 'refused' | 'sent';
  bytes: Buffer;
}

/** Why a file is not taken. */
export interface FileRefusal {
  readonly code: GuestCode;
  readonly text: string;
}

export interface FileAnnouncement {
  readonly attachmentId?: string | undefined;
  readonly fileName: string;
  readonly fileType: string;
  readonly fileSize: number;
  readonly fileMd5?: string | undefined;
}

/** First bytes of the types that can be told by them. */
const SIGNATURES: Readonly<Record<string, readonly string[]>> = {
  'image/png': ['89504e470d0a1a0a'],
  'image/jpeg': ['ffd8ff'],
  'image/gif': ['474946383761', '474946383961'],
  'application/pdf': ['25504446'],
};

const allows = (deployment: Deployment, fileType: string): boolean =>
  deployment.fileTypes.some(
    (each) => each === '*/*' || each === fileType || (each.endsWith('/*') && fileType.startsWith(each.slice(0, -1))),
  );

/** What is wrong with a file before it was uploaded (codes documented, which rule gives which assumed: GUEST-ATTACHMENT-CODES). */
export function announcementRefusal(
  { fileName, fileType, fileSize }: FileAnnouncement,
  deployment: Deployment,
  nameCharactersMax: number,
): FileRefusal | undefined {
  const dot = fileName.lastIndexOf('.');
  const extension = fileName.slice(dot).toLowerCase();
  if (fileName.trim() === '') return { code: 4004, text: 'The file name is empty' };
  if (fileName.length > nameCharactersMax) {
    return {
      code: 4005,
      text: `The file name has ${fileName.length} characters; at most ${nameCharactersMax} are allowed`,
    };
  }
  if (dot < 0 || dot === fileName.length - 1) return { code: 4004, text: 'The file name has no extension' };
  if (deployment.blockedExtensions.includes(extension)) {
    return { code: 4001, text: `Files with the extension ${extension.slice(0, 60)} are blocked` };
  }
  if (!allows(deployment, fileType)) {
    return { code: 4001, text: `Files of type ${JSON.stringify(fileType.slice(0, 60))} are not allowed` };
  }
  if (!Number.isSafeInteger(fileSize) || fileSize < 0) return { code: 4002, text: `The file size is ${fileSize}` };
  if (fileSize === 0) return { code: 4102, text: 'The file is empty' };
  const bytesMax = deployment.maxFileSizeKB * 1_024;
  return fileSize > bytesMax
    ? { code: 4002, text: `The file has ${fileSize} bytes; at most ${bytesMax} are allowed` }
    : undefined;
}

/** What is wrong with a file that was uploaded. */
function contentRefusal({ fileType, fileSize, fileMd5 }: Attachment, bytes: Buffer): FileRefusal | undefined {
  if (bytes.length === 0) return { code: 4102, text: 'The file is empty' };
  if (bytes.length !== fileSize) {
    return { code: 4002, text: `The file has ${bytes.length} bytes; ${fileSize} were announced` };
  }
  const head = bytes.subarray(0, 8).toString('hex');
  const signatures = SIGNATURES[fileType];
  if (signatures !== undefined && !signatures.some((each) => head.startsWith(each))) {
    return { code: 4003, text: `The content of the file is not ${fileType}` };
  }
  if (fileMd5 === undefined) return undefined;
  const md5 = createHash('md5').update(bytes);
  const digests = [md5.copy().digest('hex'), md5.digest('base64')];
  return digests.includes(fileMd5) ? undefined : { code: 4003, text: 'The content of the file has another MD5' };
}

/** The files of all guests and their presigned URLs. */
export class Attachments {
  readonly #ids: SeededIds;
  readonly #timeline: Timeline;
  readonly #key: string;
  readonly #onBound: (note: string) => void;
  readonly #byKey = new Map<string, Attachment>();
  #bytes = 0;

  constructor(ids: SeededIds, timeline: Timeline, key: string, onBound: (note: string) => void) {
    this.#ids = ids;
    this.#timeline = timeline;
    this.#key = key;
    this.#onBound = onBound;
  }

  /** Announcing an id again begins again. */
  announce(session: Session, file: FileAnnouncement): Attachment {
    const id = file.attachmentId ?? this.#ids.uuid('attachment');
    const before = this.find(session, id);
    if (before !== undefined) this.remove(before);
    const attachment: Attachment = {
      ...file,
      id,
      key: this.#ids.hex('attachment'),
      session,
      requestedAtMs: this.#timeline.nowMs(),
      state: 'announced',
      bytes: Buffer.alloc(0),
    };
    this.#byKey.set(attachment.key, attachment);
    this.#keepWithinBounds();
    return attachment;
  }

  find(session: Session, id: string): Attachment | undefined {
    for (const each of this.#byKey.values()) if (each.session === session && each.id === id) return each;
    return undefined;
  }

  findByKey(key: string): Attachment | undefined {
    return this.#byKey.get(key);
  }

  /** Whether it was left unsent for too long. */
  isOver(attachment: Attachment): boolean {
    return attachment.state !== 'sent' && attachment.requestedAtMs + UNSENT_LIFE_MS <= this.#timeline.nowMs();
  }

  /** Takes what was uploaded; says what is wrong with it. */
  store(attachment: Attachment, bytes: Buffer): FileRefusal | undefined {
    const refusal = contentRefusal(attachment, bytes);
    attachment.state = refusal === undefined ? 'uploaded' : 'refused';
    this.#bytes -= attachment.bytes.length;
    attachment.bytes = refusal === undefined ? bytes : Buffer.alloc(0);
    this.#bytes += attachment.bytes.length;
    this.#keepWithinBounds();
    return refusal;
  }

  remove(attachment: Attachment): void {
    if (this.#byKey.delete(attachment.key)) this.#bytes -= attachment.bytes.length;
  }

  /** A URL that is good for ten minutes: for the upload, or for reading the file back. */
  url(attachment: Attachment, purpose: 'upload' | 'download', host: string): string {
    const expiresAtMs = this.#timeline.nowMs() + URL_LIFE_MS;
    const signature = this.#sign(attachment.key, purpose, expiresAtMs);
    const name = purpose === 'upload' ? 'upload' : encodeURIComponent(attachment.fileName);
    return `http://${host}/attachments/${attachment.key}/${name}?expires=${expiresAtMs}&signature=${signature}`;
  }

  /** Whether a URL is one of ours for this purpose, and its time is not over. */
  admits(key: string, purpose: 'upload' | 'download', query: URLSearchParams): 'yes' | 'over' | 'no' {
    const expiresAtMs = Number(query.get('expires'));
    const expected = Buffer.from(this.#sign(key, purpose, expiresAtMs));
    const given = Buffer.from(query.get('signature') ?? '');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'no';
    return expiresAtMs > this.#timeline.nowMs() ? 'yes' : 'over';
  }

  #sign(key: string, purpose: string, expiresAtMs: number): string {
    return createHmac('sha256', this.#key).update(`${purpose} ${key} ${expiresAtMs}`).digest('hex');
  }

  #keepWithinBounds(): void {
    while (this.#byKey.size > BOUNDS.attachments || this.#bytes > BOUNDS.attachmentBytes) {
      const oldest = this.#byKey.values().next().value;
      if (oldest === undefined) return;
      this.remove(oldest);
      this.#onBound(
        `The emulator has reached its bound of ${BOUNDS.attachments} files or ${BOUNDS.attachmentBytes} bytes: ${JSON.stringify(oldest.fileName)} is forgotten.`,
      );
    }
  }
}
