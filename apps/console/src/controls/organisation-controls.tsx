import { useSnapshot } from '../shared/use-snapshot.ts';
import type { Controls } from './controls.ts';

/** This page, for another organisation of the same process. */
const pageOf = (baseUrl: string): string => `${location.pathname}?emulator=${encodeURIComponent(baseUrl)}`;

/** Starts this organisation again, or makes another one beside it. */
export function OrganisationControls({ controls }: { readonly controls: Controls }) {
  const { tenants } = useSnapshot(controls);

  async function startAgain(): Promise<void> {
    // Both people of this page were sent away: the page begins again with them.
    if (await controls.reset()) location.reload();
  }

  return (
    <fieldset>
      <legend>Organisation</legend>
      <button type="button" className="quiet" onClick={() => void startAgain()}>
        Start again from the seed
      </button>
      <button type="button" className="quiet" onClick={() => void controls.addTenant()}>
        Add a tenant
      </button>
      {tenants.length > 0 && (
        <ul className="facts" aria-label="Tenants">
          {tenants.map(({ name, baseUrl }) => (
            <li key={name}>
              <a href={pageOf(baseUrl)} target="_blank" rel="noreferrer">
                {name}
              </a>
            </li>
          ))}
        </ul>
      )}
    </fieldset>
  );
}
