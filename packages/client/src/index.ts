export { type Hosts, hostsAt, hostsIn, type Region } from '@backchannel/protocol';
export type { Budget, SignalOutcome } from '@backchannel/signals';
export { systemPorts } from './adapters/system-ports.ts';
export { Agenda } from './core/agenda.ts';
export { BackchannelError, type BackchannelErrorOptions, type PlatformRefusal } from './error.ts';
export type { Clock, IdSource, Ports, Random, WebSocketLike } from './ports.ts';
export type { Settled } from './settled.ts';
export { declareTyping } from './typing/declare-typing.ts';
export { SharedArbiter, type TypingArbiter } from './typing/shared-arbiter.ts';
