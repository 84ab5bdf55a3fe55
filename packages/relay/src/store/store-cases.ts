import { bindingCases } from './cases/binding-cases.ts';
import type { StoreCase } from './cases/case.ts';
import { eventCases } from './cases/event-cases.ts';
import { messageCases } from './cases/message-cases.ts';
import { watermarkCases } from './cases/watermark-cases.ts';

/**
 * The acceptance suite of `Store`, for any test runner; put your own store in the place of this one:
 *
 * ```ts
 * for (const { run } of storeCases) await run(new MemoryStore());
 * ```
 */
export const storeCases: readonly StoreCase[] = [...bindingCases, ...messageCases, ...watermarkCases, ...eventCases];
