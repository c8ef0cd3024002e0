/** Two packages beside each other. */
export function ComparePage() {
  return null;
}
