export type { RelaySettings } from './config/settings.ts';
