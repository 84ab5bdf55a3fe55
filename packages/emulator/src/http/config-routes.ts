import { deploymentConfigPath } from '@backchannel/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Journal } from '../journal/journal.ts';
import type { Deployment } from '../world/deployment.ts';
import type { World } from '../world/world.ts';

/** `config.json` of a deployment, with what the official mobile client needs to start. */
const configView = (deployment: Deployment, host: string) => ({
  id: deployment.id,
  version: '1',
  languages: ['en-us'],
  defaultLanguage: 'en-us',
  apiEndpoint: `http://${host}`,
  status: deployment.status,
  messenger: {
    enabled: true,
    apps: {
      conversations: {
        messagingEndpoint: `ws://${host}`,
        showAgentTypingIndicator: deployment.showAgentTypingIndicator,
        showUserTypingIndicator: deployment.showUserTypingIndicator,
        autoStart: { enabled: deployment.autoStart },
        conversationDisconnect:
          deployment.conversationDisconnect === 'Off'
            ? { enabled: false, type: 'Send' }
            : { enabled: true, type: deployment.conversationDisconnect },
        conversationClear: { enabled: deployment.conversationClear },
        notifications: { enabled: false },
        markdown: { enabled: false },
        humanize: { enabled: true },
        sessionDurationSeconds: deployment.sessionDurationSeconds,
      },
    },
    styles: { primaryColor: '#2a60c8' },
    launcherButton: { visibility: 'On' },
    fileUpload: {
      enableAttachments: deployment.fileTypes.length > 0,
      modes:
        deployment.fileTypes.length > 0
          ? [{ fileTypes: deployment.fileTypes, maxFileSizeKB: deployment.maxFileSizeKB }]
          : [],
    },
  },
  journeyEvents: { enabled: false },
  auth: { enabled: deployment.signIn, allowSessionUpgrade: deployment.signIn && deployment.allowSessionUpgrade },
});

const domainsView = ({ allowedDomains }: Deployment) => ({
  allowAllDomains: allowedDomains.length === 0,
  allowedDomains,
});

/** The public configuration of deployments, as their CDN serves it. */
export function configRoutes(app: FastifyInstance, world: World, journal: Journal): void {
  const serve = (file: string, view: (deployment: Deployment, host: string) => object) => {
    return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const { deployment } = world.state;
      const { deploymentId } = request.params as { readonly deploymentId: string };
      journal.record({ direction: 'in', surface: 'config', kind: `GET ${file}`, size: 0 });
      const known = deploymentId === deployment.id;
      const text = known ? JSON.stringify(view(deployment, request.host)) : '';
      const note = known
        ? undefined
        : `There is no deployment ${JSON.stringify(deploymentId.slice(0, 60))}: GET /_emulator/info names the one that exists.`;
      journal.record({
        direction: 'out',
        surface: 'config',
        kind: `GET ${file}`,
        size: Buffer.byteLength(text),
        status: known ? 200 : 404,
        note,
        text,
      });
      return known ? reply.header('content-type', 'application/json').send(text) : reply.code(404).send();
    };
  };
  const path = deploymentConfigPath('id').replace('/id/', '/:deploymentId/');
  app.get(path, serve('config.json', configView));
  app.get(path.replace('config.json', 'domains.json'), serve('domains.json', domainsView));
}
