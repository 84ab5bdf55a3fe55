import { useCallback, useSyncExternalStore } from 'react';

/** What React can follow: an immutable snapshot that keeps its identity until something changed. */
export interface Observable<Snapshot> {
  snapshot(): Snapshot;
  subscribe(listener: () => void): () => void;
}

export function useSnapshot<Snapshot>(source: Observable<Snapshot>): Snapshot {
  const subscribe = useCallback((listener: () => void) => source.subscribe(listener), [source]);
  const snapshot = useCallback(() => source.snapshot(), [source]);
  return useSyncExternalStore(subscribe, snapshot);
}
