import './tokens.css';
import './page.css';
import './shared/chat.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { goLive } from './live.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id "root": the page has nowhere to go.');
const live = goLive(new URL(location.href));
createRoot(root).render(
  <StrictMode>
    <App live={live} />
  </StrictMode>,
);
