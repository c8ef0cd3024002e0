/** Whether an answer begins as HTML does; what can't be read is none. Its body is read in part. */
export async function isPage({ body }: Response): Promise<boolean> {
  try {
    const reader = body?.getReader();
    const piece = await reader?.read();
    // All of it may be large.
    await reader?.cancel();
    const begin = new TextDecoder().decode(piece?.value?.subarray(0, 512)).trimStart().toLowerCase();
    return begin.startsWith('<!doctype') || begin.startsWith('<html') || begin.startsWith('<head') || begin.startsWith('<body');
  } catch {
    return false;
  }
}
