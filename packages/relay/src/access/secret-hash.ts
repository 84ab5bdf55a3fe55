import { type BinaryLike, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { randomBytes } from '../adapters/chance.ts';

/** About 60 ms and 32 MB per check on an ordinary core: dear for who guesses, bearable once per token. */
const COST = { cost: 2 ** 15, blockSize: 8, parallelization: 1 } as const;
/** A hash may ask for more than ours, but not for so much that checking it is an attack on ourselves. */
const COST_MAX = { cost: 2 ** 17, blockSize: 16, parallelization: 4 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

const derive = promisify<BinaryLike, BinaryLike, number, ScryptOptions, Buffer>(scrypt);

interface ParsedHash {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

function parse(text: string): ParsedHash | undefined {
  const match = /^scrypt:(\d{1,9}):(\d{1,3}):(\d{1,3}):([\w-]+):([\w-]+)$/.exec(text);
  if (match === null) return undefined;
  const [, cost, blockSize, parallelization, salt = '', hash = ''] = match;
  const parsed = {
    cost: Number(cost),
    blockSize: Number(blockSize),
    parallelization: Number(parallelization),
    salt: Buffer.from(salt, 'base64url'),
    hash: Buffer.from(hash, 'base64url'),
  };
  const powerOfTwo = parsed.cost > 1 && Number.isInteger(Math.log2(parsed.cost));
  const affordable =
    parsed.cost <= COST_MAX.cost &&
    parsed.blockSize >= 1 &&
    parsed.blockSize <= COST_MAX.blockSize &&
    parsed.parallelization >= 1 &&
    parsed.parallelization <= COST_MAX.parallelization;
  const long = parsed.salt.length >= SALT_BYTES && parsed.hash.length === HASH_BYTES;
  return powerOfTwo && affordable && long ? parsed : undefined;
}

const run = (secret: string, { cost, blockSize, parallelization, salt }: Omit<ParsedHash, 'hash'>): Promise<Buffer> =>
  derive(secret.normalize('NFC'), salt, HASH_BYTES, {
    cost,
    blockSize,
    parallelization,
    // Twice what scrypt needs: Node's own limit of 32 MiB refuses our cost by a few bytes.
    maxmem: 256 * cost * blockSize * parallelization,
  });

/** Whether a text is a hash that `verifySecret` can check. */
export const isSecretHash = (text: string): boolean => parse(text) !== undefined;

/** `scrypt:cost:blockSize:parallelization:salt:hash`, for `secretHashes` of the configuration. */
export async function hashSecret(secret: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await run(secret, { ...COST, salt });
  const { cost, blockSize, parallelization } = COST;
  return `scrypt:${cost}:${blockSize}:${parallelization}:${salt.toString('base64url')}:${hash.toString('base64url')}`;
}

/** Whether the secret is the one that was hashed; false for a hash that can't be read. */
export async function verifySecret(secret: string, hash: string): Promise<boolean> {
  const parsed = parse(hash);
  if (parsed === undefined) return false;
  return timingSafeEqual(await run(secret, parsed), parsed.hash);
}
