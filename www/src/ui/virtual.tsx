import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useLayoutEffect, useMemo, useReducer } from 'preact/hooks';

/** What is special about a list. */
export interface VirtualOptions {
  /** Pixels at the top that a head covers. */
  readonly head?: number;
  /** The row that is higher than the others, and its height. */
  readonly unfolded?: { readonly index: number; readonly height: number } | null;
}

/** Which rows of a long list are in sight, and how to bring one there. */
export function useVirtual(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
  { head = 0, unfolded = null }: VirtualOptions = {},
) {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const options = {
    count,
    getScrollElement: () => scroller.current,
    estimateSize: (index: number) => (index === unfolded?.index ? unfolded.height : rowHeight),
    scrollPaddingEnd: head,
    overscan: 8,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => redraw(0),
  };
  const virtualizer = useMemo(() => new Virtualizer<HTMLElement, Element>(options), []);
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer.measure(), [unfolded?.index, rowHeight]);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  return virtualizer;
}
