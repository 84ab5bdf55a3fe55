import * as z from 'zod';
import { SCOPES } from './scopes.ts';

/** What a token says; short names, because it travels with every call. */
export const claimsSchema = z.discriminatedUnion('k', [
  z.object({
    k: z.literal('client'),
    c: z.string(),
    s: z.array(z.enum(SCOPES)),
    /** Epoch seconds. */
    e: z.number(),
  }),
  z.object({
    k: z.literal('conversation'),
    c: z.string(),
    s: z.array(z.enum(SCOPES)),
    e: z.number(),
    /** Binding. */
    b: z.string(),
    /** Whoever has it may have a newer one for it (F8). */
    r: z.literal(true).optional(),
    /** Participant. */
    p: z.union([z.literal('guest'), z.templateLiteral(['agent:', z.string().min(1)])]),
  }),
]);
export type Claims = z.infer<typeof claimsSchema>;
