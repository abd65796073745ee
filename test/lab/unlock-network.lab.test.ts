import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { openHosts, sh } from './hosts.ts';

const part = readFileSync(
  new URL('../../transport/scripts/parts/unlock-network.sh', import.meta.url),
  'utf8',
);

/**
 * A process in a network of its own, of which a real criu is killed in the middle of its dump. Nobody listens there: a connection
 * is refused at once where packets pass, and hangs where none do.
 */
const scene = `set -u
directory=$(mktemp -d)
trap 'kill -9 "$pid"; rm -rf -- "$directory"' EXIT
setsid unshare -n sh -c 'ip link set lo up; echo $$ >"$0/pid"; exec sleep 600' "$directory" </dev/null >/dev/null 2>&1 &
until [ -s "$directory/pid" ] && read -r pid <"$directory/pid" && [ "$(cat "/proc/$pid/comm")" = sleep ]; do sleep 0.1; done
try() {
  nsenter -t "$pid" -n timeout 2 bash -c 'exec 3<>/dev/tcp/127.0.0.1/9' 2>/dev/null
  [ $? = 124 ] && echo closed || echo open
}
try
printf '#!/bin/sh\\n[ "$CRTOOLS_SCRIPT_ACTION" != post-dump ] || kill -9 $PPID\\n' >"$directory/action"
chmod 700 "$directory/action"
criu dump -t "$pid" -D "$directory" --network-lock "$1" --action-script "$directory/action" --manage-cgroups=ignore >/dev/null 2>&1
try`;
const unlocked = `${part}
unlock_network "$pid"; echo "exit $?"
try`;

describe('the network of a container whose criu was killed', () => {
  const { a, b } = openHosts();
  afterAll(() => Promise.all([a.close(), b.close()]));
  const told = async (script: string, ...values: readonly string[]): Promise<readonly string[]> =>
    (await a.run({ argv: ['bash', '-c', script, 'bash', ...values] })).stdout.trim().split('\n');

  it.each(['iptables', 'nftables'])('is open again, where criu closed it with %s', async (lock) => {
    expect(await told(`${scene}\n${unlocked}`, lock)).toEqual(['open', 'closed', 'exit 0', 'open']);
  });

  it('is said to be closed still, where nothing is there to open it with', async () => {
    const without = `within_reach=$(mktemp -d); for tool in nsenter rm kill; do ln -s "$(command -v "$tool")" "$within_reach"; done
PATH=$within_reach ; ${part}
unlock_network "$pid"; echo "exit $?"; PATH=/usr/sbin:/usr/bin; rm -r "$within_reach"`;
    expect(await told(`${scene}\n${without}`, 'nftables')).toEqual(['open', 'closed', 'exit 1']);
  });

  it('is not looked at where it is the host’s own', async () => {
    await sh(a, 'iptables -N CRIU');
    expect(await told(`${part}\nunlock_network $$; echo "exit $?"`)).toEqual(['exit 0']);
    await sh(a, 'iptables -X CRIU');
  });
});
