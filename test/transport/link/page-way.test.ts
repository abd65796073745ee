import { describe, expect, it } from 'vitest';
import { CommandFailed } from '../../../engine/model/errors.ts';
import { carryPages } from '../../../transport/link/page-way.ts';
import { type FakeHost, fakeHost } from '../../fakes/fake-host.ts';
import { planFor } from '../plan.ts';

const plan = planFor({ kind: 'directory', path: '/containers/shop/rootfs' });
const server = { address: '127.0.0.1', port: 915 };

/** A source where ssh prints this when it shall forward these ports. */
const sourceWhere = (stderr: string, ...ports: readonly number[]): FakeHost =>
  fakeHost('a', ({ argv }) => {
    const way = argv[argv.indexOf('-L') + 1] ?? '';
    const refused = ports.some((port) => way.startsWith(`127.0.0.1:${port}:`));
    return refused ? { exitCode: 255, stderr } : {};
  });

const PORT_IN_USE = 'mux_client_forward: forwarding request failed: Port forwarding failed\n';

const requests = ({ commands }: FakeHost): readonly string[] =>
  commands.map(({ argv }) => `${argv[argv.indexOf('-O') + 1]} ${argv[argv.indexOf('-L') + 1]}`);

describe('the way to a page-server', () => {
  it("begins at the source's loopback, on the server's own port, and uses the open connection", async () => {
    const source = sourceWhere(PORT_IN_USE);
    const way = await carryPages(source, plan, server);
    expect(way.endpoint).toEqual({ address: '127.0.0.1', port: 915 });
    await way.close();
    expect(requests(source)).toEqual([
      'forward 127.0.0.1:915:127.0.0.1:915',
      'cancel 127.0.0.1:915:127.0.0.1:915',
    ]);
    expect(source.commands[0]?.argv).toContain('/run/precopy/shop/mux');
  });

  it('begins at another port when that one is in use', async () => {
    const source = sourceWhere(PORT_IN_USE, 915);
    const way = await carryPages(source, plan, server);
    expect(way.endpoint.port).toBe(914);
    await way.close();
    expect(requests(source).at(-1)).toBe('cancel 127.0.0.1:914:127.0.0.1:915');
  });

  it('is not made when all ports are in use, or when the connection is lost', async () => {
    await expect(carryPages(sourceWhere(PORT_IN_USE, 914, 915), plan, server)).rejects.toThrow(
      /no free port/,
    );
    const gone = sourceWhere('Control socket connect(/run/precopy/shop/mux): No such file or directory', 915);
    await expect(carryPages(gone, plan, server)).rejects.toThrow(CommandFailed);
    expect(gone.commands).toHaveLength(1);
  });

  it('can be closed after the connection has ended', async () => {
    const source = fakeHost('a');
    const way = await carryPages(source, plan, server);
    await source.close();
    await way.close();
  });

  it.each(['tls', 'plain'] as const)('is the server itself where pages go by %s', async (channel) => {
    const source = fakeHost('a');
    const direct = { ...plan, pages: { ...plan.pages, channel } };
    const way = await carryPages(source, direct, { address: '10.0.0.2', port: 27_700 });
    expect(way.endpoint).toEqual({ address: '10.0.0.2', port: 27_700 });
    await way.close();
    expect(source.commands).toEqual([]);
  });
});
