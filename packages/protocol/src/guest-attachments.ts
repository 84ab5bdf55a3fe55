import { defaulted, guard, id, list, number, object, optional, text, texts } from './reader.ts';

/**
 * Classes of frames whose bodies the guards of this file read. `parseGuestResponse` gives them as `unrecognised`, so that a
 * client without attachments does not carry their readers.
 */
export const GUEST_SIDE_CLASSES = [
  'PresignedUrlResponse',
  'UploadSuccessEvent',
  'UploadFailureEvent',
  'GenerateUrlError',
  'AttachmentDeletedResponse',
  'GetConfigurationResponse',
] as const;

/** Which files a deployment takes from guests (documented, GUEST-ALLOWED-MEDIA). */
export interface AllowedMedia {
  /** MIME types, or the wildcard for any. Absent or empty: no file at all. */
  readonly fileTypes: readonly string[];
  /** In units of 1,024 bytes. */
  readonly maxFileSizeKB?: number | undefined;
}

/** Where to `PUT` a file, with exactly these headers; with empty headers and a size: where to `GET` it. */
export interface PresignedUrl {
  readonly attachmentId: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly url: string;
  readonly fileName?: string | undefined;
  readonly fileSize?: number | undefined;
  readonly fileType?: string | undefined;
}

/** The file arrived and was accepted: it may be sent now. */
export interface UploadSuccess {
  readonly attachmentId: string;
  readonly downloadUrl: string;
}

/** The file was refused before (`GenerateUrlError`) or after the upload (`UploadFailureEvent`); codes as in `GUEST_CODES`. */
export interface AttachmentRefusal {
  readonly attachmentId?: string | undefined;
  readonly errorCode: number;
  readonly errorMessage: string;
}

/** The answer to `getConfiguration`. */
export interface GuestConfiguration {
  readonly allowedMedia: AllowedMedia;
  /** With a leading dot. */
  readonly blockedExtensions: readonly string[];
  readonly maxCustomDataBytes?: number | undefined;
  readonly sessionDurationSeconds?: number | undefined;
}

const nothingAllowed: AllowedMedia = { fileTypes: [] };

interface WireMedia {
  readonly inbound: {
    readonly fileTypes: readonly { readonly type: string }[];
    readonly maxFileSizeKB: number | undefined;
  };
}

const wireMedia = object<WireMedia>({
  inbound: defaulted<WireMedia['inbound']>(
    object<WireMedia['inbound']>({
      fileTypes: defaulted(list(object<{ type: string }>({ type: text })), []),
      maxFileSizeKB: optional(number),
    }),
    { fileTypes: [], maxFileSizeKB: undefined },
  ),
});

const allowed = ({ inbound }: WireMedia): AllowedMedia => ({
  fileTypes: inbound.fileTypes.map((each) => each.type),
  maxFileSizeKB: inbound.maxFileSizeKB,
});

const refusal = object<AttachmentRefusal>({ attachmentId: optional(text), errorCode: number, errorMessage: text });

/** Reads the body of `PresignedUrlResponse`. */
export const parsePresignedUrl = guard(
  object<PresignedUrl>({
    attachmentId: id,
    headers: texts,
    url: id,
    fileName: optional(text),
    fileSize: optional(number),
    fileType: optional(text),
  }),
);

/** Reads the body of `UploadSuccessEvent`. */
export const parseUploadSuccess = guard(object<UploadSuccess>({ attachmentId: id, downloadUrl: text }));

/** Reads the body of `UploadFailureEvent` and of `GenerateUrlError`. */
export const parseAttachmentRefusal = guard(refusal);

/** Reads the body of `AttachmentDeletedResponse`. */
export const parseAttachmentDeleted = guard(object<{ readonly attachmentId: string }>({ attachmentId: id }));

/** Reads the body of `GetConfigurationResponse`; the same fields stand in `SessionResponse`. */
export const parseGuestConfiguration = guard<GuestConfiguration>((value, path, report) => {
  const read = object<Omit<GuestConfiguration, 'allowedMedia'> & { allowedMedia: WireMedia | undefined }>({
    allowedMedia: optional(wireMedia),
    blockedExtensions: defaulted(list(text), []),
    maxCustomDataBytes: optional(number),
    sessionDurationSeconds: optional(number),
  })(value, path, report);
  return { ...read, allowedMedia: read.allowedMedia === undefined ? nothingAllowed : allowed(read.allowedMedia) };
});
