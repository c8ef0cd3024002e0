import { ChannelFiles } from './channel-files.js';
import type { ChannelPlace } from './channel-place.js';
import { FolderChannel } from './folder-channel.js';
import { isUrl } from './input.js';
import type { ChannelOptions } from './channel-options.js';
import { folderUrl, WebChannel } from './web-channel.js';

/**
 * The place that an argument names.
 *
 * @throws VerifierError FILE_UNREADABLE where it is no folder.
 */
export function placeOf(argument: string): ChannelPlace {
  return isUrl(argument) ? new WebChannel(argument) : new FolderChannel(argument);
}

/** The places of a channel, by `open`, which opens each. */
export async function filesOf(
  { channel, mirrors, metadata, mirrorOf }: ChannelOptions,
  open: (argument: string) => Promise<ChannelPlace>,
): Promise<ChannelFiles> {
  const main = await open(channel);
  const others: ChannelPlace[] = [];
  for (const mirror of mirrors) {
    const place = await open(mirror);
    if (![main, ...others].some(({ base }) => base.href === place.base.href)) others.push(place);
  }
  const roles = metadata === undefined ? undefined : await open(metadata);
  return new ChannelFiles(main, others, roles, mirrorOf === undefined ? main.base : folderUrl(mirrorOf));
}
