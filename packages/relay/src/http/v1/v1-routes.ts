import type { Routes } from '../context.ts';
import { conversationRoutes } from './conversation-routes.ts';
import { signalRoutes } from './signal-routes.ts';
import { tokenRoutes } from './token-routes.ts';

/** The relay's own API, but for its streams. */
export const v1Routes: Routes = (app, context) => {
  conversationRoutes(app, context);
  signalRoutes(app, context);
  tokenRoutes(app, context);
};
