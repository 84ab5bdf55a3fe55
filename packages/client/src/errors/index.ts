export { CLIENT_CODES, type Explanation, GUEST_SOCKET_CODES, OUTCOMES, PLATFORM_CODES } from './error-table.ts';
export { explainCode } from './explain-code.ts';
