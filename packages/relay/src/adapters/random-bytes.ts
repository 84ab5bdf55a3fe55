import { randomBytes as systemRandomBytes } from 'node:crypto';

/** Bytes that nobody can foresee: salts and keys. */
export const randomBytes = (count: number): Buffer => systemRandomBytes(count);
