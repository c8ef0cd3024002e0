/**
 * A text as a message of SARIF 2.1.0, in which it means no more than its characters: `[words](1)`
 * would be a link (3.11.6), and `{0}` the place of an argument (3.11.5).
 */
export function sarifText(text: string): string {
  return text.replaceAll('](', '] (').replace(/[{}]/g, '$&$&');
}
