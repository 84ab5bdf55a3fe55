import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { UPLOAD_HEADER, uploadTag } from '../guest/guest-attachments.ts';
import type { Journal } from '../journal/journal.ts';
import type { Attachment } from '../world/attachments.ts';
import type { World } from '../world/world.ts';

/** Bytes above the largest allowed file that are read, so that a file that is too large is refused by the service's own rule. */
const OVERSIZE_BYTES = 1_048_576;

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly note: string;
}

/**
 * The store behind presigned URLs, on the same port. It looks at the URL and the headers alone and answers in the words of an
 * object store (assumed, GUEST-ATTACHMENT-STORE); whether the file is taken is said on the guest's socket.
 */
export function attachmentRoutes(app: FastifyInstance, world: World, journal: Journal): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: string | Buffer) => body);

  const record = (direction: 'in' | 'out', kind: string, size: number, status?: number, note?: string): void =>
    journal.record({ direction, surface: 'rest', kind, size, status, note });
  const refuse = (reply: FastifyReply, kind: string, { status, code, note }: Refusal): FastifyReply => {
    const text = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`;
    record('out', kind, text.length, status, note);
    return reply.code(status).header('content-type', 'application/xml').send(text);
  };
  const find = (request: FastifyRequest, purpose: 'upload' | 'download'): Attachment | Refusal => {
    const { key } = request.params as { readonly key: string };
    const attachment = world.state.attachments.findByKey(key);
    const query = new URL(request.url, 'http://emulator').searchParams;
    const admitted = world.state.attachments.admits(key, purpose, query);
    if (admitted === 'no') {
      return {
        status: 403,
        code: 'SignatureDoesNotMatch',
        note: `The URL is not one of the emulator's for the ${purpose}.`,
      };
    }
    if (admitted === 'over') {
      const note = 'The presigned URL lived ten minutes (GUEST-ATTACHMENT-URL-LIFE): ask for another.';
      return { status: 403, code: 'AccessDenied', note };
    }
    return attachment ?? { status: 404, code: 'NoSuchKey', note: 'The file was deleted or forgotten.' };
  };

  app.put(
    '/attachments/:key/upload',
    { bodyLimit: world.state.deployment.maxFileSizeKB * 1_024 + OVERSIZE_BYTES },
    async (request, reply) => {
      const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const kind = 'PUT …/upload';
      record('in', kind, bytes.length);
      const found = find(request, 'upload');
      if ('status' in found) return refuse(reply, kind, found);
      if (request.headers[UPLOAD_HEADER] !== uploadTag(found)) {
        const note = `The header ${UPLOAD_HEADER} is not what the PresignedUrlResponse says: send exactly its headers (GUEST-ATTACHMENT).`;
        return refuse(reply, kind, { status: 403, code: 'SignatureDoesNotMatch', note });
      }
      record('out', kind, 0, 200);
      // The answer leaves before the verdict: that comes on the socket.
      await reply.code(200).send();
      world.guestSessions.uploaded(found, bytes, request.host);
      return reply;
    },
  );
  app.get('/attachments/:key/:name', async (request, reply) => {
    const kind = 'GET …/attachments/{id}';
    record('in', kind, 0);
    const found = find(request, 'download');
    if ('status' in found) return refuse(reply, kind, found);
    record('out', kind, found.bytes.length, 200);
    return (
      reply
        .header('content-type', found.fileType)
        // A file of a stranger must not become a page of this origin.
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(found.fileName)}`)
        .header('x-content-type-options', 'nosniff')
        .send(found.bytes)
    );
  });
  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, request, reply) => {
    const tooLarge = error.code === 'FST_ERR_CTP_BODY_TOO_LARGE';
    return refuse(reply, `${request.method} …/attachments`, {
      status: tooLarge ? 400 : (error.statusCode ?? 500),
      code: tooLarge ? 'EntityTooLarge' : 'InternalError',
      note: error.message,
    });
  });
}
