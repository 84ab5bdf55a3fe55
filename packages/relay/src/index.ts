export { hashSecret } from './access/secret-hash.ts';
export { shortenPauses } from './adapters/shorten-pauses.ts';
export { ConfigError, type ConfigPlace, type ConfigProblem, problemLine } from './config/config-problem.ts';
export { configJsonSchema } from './config/config-schema.ts';
export { exampleConfig } from './config/example-config.ts';
export { checkConfig, type LoadedConfig, loadConfig } from './config/load-config.ts';
export { OVERRIDES, type Override } from './config/overrides.ts';
export type { ConfigSources } from './config/read-config.ts';
export type { ClientSettings, RelaySettings } from './config/settings.ts';
export type { RelayCommands } from './domain/commands.ts';
export type { Principal, Scope } from './domain/principal.ts';
export type { Routes } from './http/context.ts';
export { type RunningRelay, type StartRelayOptions, startRelay } from './start-relay.ts';
export type { StoreCase } from './store/cases/case.ts';
export { MemoryStore } from './store/memory-store.ts';
export { openStore } from './store/open-store.ts';
export { SqliteStore, type SqliteStoreOptions } from './store/sqlite-store.ts';
export type {
  Alias,
  EventQuery,
  Store,
  StoredMessage,
  StoredWatermark,
  Write,
  WriteOutcome,
} from './store/store.ts';
export { storeCases } from './store/store-cases.ts';
