export { Agenda } from '@backchannel/client';
