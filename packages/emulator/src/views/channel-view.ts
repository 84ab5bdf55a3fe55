import type { Deployment } from '../world/deployment.ts';
import type { Conversation } from '../world/entities.ts';

/** What the platform calls the way to the guest, in conversations. */
export const channelTypeOf = ({ session }: Conversation): 'webmessaging' | 'open' =>
  session.open === undefined ? 'webmessaging' : 'open';

/** The way to the guest in a normalized message: the deployment, or the integration. */
export const platformChannelOf = ({ session }: Conversation, deployment: Pick<Deployment, 'id'>) =>
  session.open === undefined
    ? { id: deployment.id, platform: 'WebMessaging', type: 'Private' }
    : { id: session.open.integration.id, platform: 'Open', type: 'Private' };
