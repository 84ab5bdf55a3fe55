import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Within this distance of the end, a reader wants to see what comes next. */
const AT_END_PX = 32;

interface FollowEnd<Scroller> {
  readonly scroller: RefObject<Scroller | null>;
  readonly following: boolean;
  readonly setFollowing: (following: boolean) => void;
  readonly onScroll: () => void;
}

/**
 * Keeps a scrolled list at its end while `content` grows and while the list gets smaller, as when a phone's keyboard opens.
 * Scrolling up stops it, scrolling back to the end goes on.
 */
export function useFollowEnd<Scroller extends HTMLElement>(content: unknown): FollowEnd<Scroller> {
  const scroller = useRef<Scroller>(null);
  const [following, setFollowing] = useState(true);

  // biome-ignore lint/correctness/useExhaustiveDependencies: new content is the reason to go to the end.
  useLayoutEffect(() => {
    if (following) toEnd(scroller.current);
  }, [content, following]);

  useEffect(() => {
    const list = scroller.current;
    if (!following || list === null) return;
    const resized = new ResizeObserver(() => toEnd(list));
    resized.observe(list);
    return () => resized.disconnect();
  }, [following]);

  function onScroll(): void {
    if (scroller.current === null) return;
    const { scrollHeight, scrollTop, clientHeight } = scroller.current;
    setFollowing(scrollHeight - scrollTop - clientHeight < AT_END_PX);
  }

  return { scroller, following, setFollowing, onScroll };
}

function toEnd(list: HTMLElement | null): void {
  list?.scrollTo({ top: list.scrollHeight });
}
