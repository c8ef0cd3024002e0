/** Hands a file to the visitor, under a name that no system takes for more than a name. */
export function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileNameOf(name);
  document.body.append(link);
  link.click();
  link.remove();
  // By then the browser has taken it.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The last part of a path, without what is not seen or means something to a system. */
export function fileNameOf(path: string): string {
  const last = path.slice(-1000).split(/[/\\]/).at(-1) ?? '';
  const plain = last.replace(/[^\p{L}\p{N}._+ -]/gu, '_').replace(/^[. ]+|[. ]+$/g, '');
  return plain.length > 120 ? `${plain.slice(0, 60)}_${plain.slice(-59)}` : plain || 'file';
}
