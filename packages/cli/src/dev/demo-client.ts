/** The client of `dev`'s relay. It is printed and handed to the page: good for this machine, and worth nothing elsewhere. */
export const DEMO_CLIENT = { id: 'demo', secret: 'demo-secret' } as const;
