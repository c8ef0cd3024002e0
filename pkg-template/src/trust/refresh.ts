import type { ChannelTrust } from './channel-trust.js';
import type { Mirrors } from './mirrors.js';

/** Asks for one file after the other, as the core says. */
export async function refresh(trust: ChannelTrust, mirrors: Mirrors): Promise<void> {
  // What another refresh left unfinished is not this one's.
  trust.abandon();
  try {
    for (let next = trust.next(); next !== null; next = trust.next()) {
      const want = next;
      const { path, maxLength, optional } = want;
      await mirrors.file(
        { base: 'metadata', paths: [path], maxLength, optional },
        {
          accept: ({ bytes }) => void trust.accept(want, bytes),
          absent: (status) => trust.unavailable(want, status),
        },
      );
    }
  } finally {
    trust.abandon();
  }
}
