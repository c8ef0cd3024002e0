import type { ChannelPlace } from './channel-place.js';
import { FolderChannel } from './folder-channel.js';
import { isUrl } from './input.js';
import { folderUrl, WebChannel } from './web-channel.js';

/**
 * The channel that an argument names.
 *
 * @param mirrored The channel that it is a mirror of.
 * @throws VerifierError FILE_UNREADABLE where it is no folder.
 */
export function placeOf(argument: string, mirrored?: string): ChannelPlace {
  const url = mirrored === undefined ? undefined : folderUrl(mirrored);
  return isUrl(argument) ? new WebChannel(argument, url) : new FolderChannel(argument, url);
}
