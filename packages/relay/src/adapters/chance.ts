import { randomUUID, randomBytes as systemRandomBytes } from 'node:crypto';

/** Bytes that nobody can foresee: salts and keys. */
export const randomBytes = (count: number): Buffer => systemRandomBytes(count);

/** Ids that nobody can foresee. Node's own keeps a store of chance; one draw for each would cost more than a signal does. */
export const ids = { uuid: (): string => randomUUID() };
