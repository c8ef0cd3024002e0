import { useEffect } from 'preact/hooks';
import { shown } from './words.js';

const APP = 'conda-verifier';

/** What the browser's tab and history call the view. */
export function useTitle(name: string): void {
  useEffect(() => {
    document.title = name === '' ? APP : `${shown(name, 80)} – ${APP}`;
  }, [name]);
}
