/** What is under way with the repodata of a verifier, by subdir. */
const TURNS = new WeakMap<object, Map<string, Promise<unknown>>>();

/**
 * Does work with the repodata of a subdir, when all work begun before has come to its end: what
 * is looked at afterwards has to be what was fetched, and not what another request put there.
 */
export function inTurn<T>(verifier: object, subdir: string, work: () => Promise<T>): Promise<T> {
  const turns = TURNS.get(verifier) ?? new Map<string, Promise<unknown>>();
  TURNS.set(verifier, turns);
  const turn = (turns.get(subdir) ?? Promise.resolve()).then(work);
  const end: Promise<unknown> = turn
    .catch(() => undefined)
    .then(() => {
      if (turns.get(subdir) === end) turns.delete(subdir);
    });
  turns.set(subdir, end);
  return turn;
}
