import { defaulted, guard, number, object, optional, text } from './reader.ts';

/** The error envelope of the platform's REST API. `contextId` equals the `ININ-Correlation-Id` header (documented, ERROR-BODY). */
export interface ErrorBody {
  readonly message: string;
  /** Stable machine-readable code, e.g. `missing.any.permissions`. */
  readonly code: string;
  /** The HTTP status again. */
  readonly status: number;
  readonly contextId?: string | undefined;
}

/** Reads an error answer. Every field is optional in the schema; absent texts read as empty, an absent status as 0. */
export const parseErrorBody = guard(
  object<ErrorBody>({
    message: defaulted(text, ''),
    code: defaulted(text, ''),
    status: defaulted(number, 0),
    contextId: optional(text),
  }),
);

/**
 * Codes with their HTTP status and message, from the platform's specification (documented, ERROR-CODES; the exceptions say so).
 * `%s` is filled in order at run time.
 */
export const PLATFORM_ERRORS = {
  'bad.request': [400, 'The request could not be understood by the server due to malformed syntax.'],
  'not.a.user': [
    400,
    'This request requires a user context. Client credentials cannot be used for requests to this resource.',
  ],
  'invalid.value': [400, 'Value [%s] is not valid for field type [%s]. Allowable values are: %s'],
  'notification.invalid.topic': [400, 'The topic [%s] is not valid.'],
  /** The code is documented, the text is assumed. */
  'notification.subscription.too.many.subscriptions': [400, 'A channel can have at most [%s] subscriptions.'],
  'authentication.required': [401, 'No authentication bearer token specified in authorization header.'],
  'bad.credentials': [401, 'Invalid login credentials.'],
  'credentials.expired': [401, 'The supplied credentials are expired and cannot be used.'],
  'missing.any.permissions': [
    403,
    'Unable to perform the requested action. You must have at least one of the following permissions assigned: %s',
  ],
  'not.authorized': [403, 'You are not authorized to perform the requested action.'],
  /** The code is documented, status and text are assumed (GUEST-PUSH-NOT-SERVED). */
  'feature.toggle.disabled': [403, 'The feature is not enabled for this organization.'],
  /** The code and status are documented (mobile SDK, test fixture), the text is assumed. */
  'deployment.not.found': [404, 'The deployment does not exist.'],
  'not.found': [404, 'The requested resource was not found.'],
  'conversation.error.conversation.not.found': [404, 'The conversation does not exist.'],
  /** No source gives a generic body for a wrong verb: this code and text are assumed (ERROR-405). */
  'method.not.allowed': [405, 'The request method is not supported for this resource.'],
  'general.conflict': [409, 'The request conflicts with the current state of the target resource.'],
  /** The text is from the release notes; the code is assumed. */
  'request.entity.too.large': [413, 'The request is over the size limit. Maximum bytes: %s'],
  'unsupported.media.type': [
    415,
    'Unsupported Media Type - Unsupported or incorrect media type, such as an incorrect Content-Type value in the header.',
  ],
  'too.many.requests.retry.after': [429, 'Rate limit exceeded the maximum. Retry the request in [%s] seconds'],
  'internal.server.error': [
    500,
    'The server encountered an unexpected condition which prevented it from fulfilling the request.',
  ],
  'service.unavailable': [
    503,
    'Service Unavailable - The server is currently unavailable (because it is overloaded or down for maintenance).',
  ],
  'request.timeout': [504, 'The request timed out.'],
} as const satisfies Record<string, readonly [status: number, message: string]>;

/** A code of the platform's error envelope that Backchannel knows. */
export type PlatformErrorCode = keyof typeof PLATFORM_ERRORS;
