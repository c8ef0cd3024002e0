/** What may be going on, for whoever has never heard of it. */
const WORDS: Readonly<Record<string, string>> = {
  EXPIRED:
    'Whoever signs a role says until when it holds. This one has ended. Perhaps nobody renewed it: then the channel’s people have to. Perhaps somebody between you and the channel shows you files of the past and hides newer ones, for instance one that mends a hole (a freeze attack). From here the two look alike, so nothing that rests on this role is trusted. If your clock is wrong, set it first.',
  ROLE_ROLLBACK:
    'The server offers a version that is older than one that was seen here before. Versions only grow, so this is an old copy: a mirror that was restored from a backup, or somebody who wants you to install what is known to be broken (a rollback attack). What was seen before stays trusted; the old file changes nothing.',
  THRESHOLD_NOT_MET:
    'A file counts when enough of the right keys have signed it. This one has too few good signatures: it was changed, or signed by somebody who may not, or a signer is missing. One stolen key is not enough to pass here; that is what the threshold is for.',
  ROLE_DIGEST_MISMATCH:
    'Another role names the exact bytes of this file, and the server has others. The files may be of different times, put together by somebody (a mix-and-match attack), or the server was read while it changed. In the latter case trying again helps.',
  ROLE_VERSION_MISMATCH:
    'Another role names the version of this file, and the server has another one. The files may be of different times, put together by somebody (a mix-and-match attack), or the server was read while it changed. In the latter case trying again helps.',
  ROLE_VERSION_SKIPPED: 'Roots come one after the other, each signed by the keys of the one before. One of them was left out, so nobody can say whether this one is right.',
  TARGET_DIGEST_MISMATCH:
    'The channel’s roles name the exact bytes of this list, and the server has others. Somebody may have replaced the list, with an older one or with one that names packages of his own; or the server was read while it changed. In the latter case trying again helps.',
  NETWORK_FAILED:
    'The browser does not say why. The server may be down or the address wrong. Often it is that the server does not allow pages of other sites to read from it (CORS): it would have to send “Access-Control-Allow-Origin: *”. If the address opens in a tab of its own, this is the reason. Then use a mirror that allows it, or download the package and drop it here.',
  TIMED_OUT: 'The server began and did not go on, or never began. It may be overloaded. Trying again may help; so may another mirror.',
  TUF_ROLES_MISSING: 'The pinned root says that timestamp, snapshot and targets exist, and one of them is not there. The address may be wrong, or somebody withholds it.',
  ROLE_MISSING: 'The pinned root says that this file exists, and it is not there. The address may be wrong, or the root is of another channel, or somebody withholds the file.',
};

/** In plain words what a fault may mean; nothing where its hint says it all. */
export function Explanation({ code }: { code: string }) {
  const words = WORDS[code];
  if (words === undefined) return null;
  return (
    <p class="note">
      <strong>What may be going on:</strong> {words}
    </p>
  );
}
