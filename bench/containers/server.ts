import { InvalidInput } from '../../engine/model/errors.ts';
import type { Scenario } from '../model/scenario.ts';
import { echoProtocol } from '../probe/echo-protocol.ts';
import { httpProtocol } from '../probe/http-protocol.ts';
import { memcachedProtocol } from '../probe/memcached-protocol.ts';
import { postgresqlProtocol, WRITTEN } from '../probe/postgresql-protocol.ts';
import type { Protocol } from '../probe/protocol.ts';
import { redisProtocol } from '../probe/redis-protocol.ts';
import { redis } from './workloads.ts';

/** What a container runs for a scenario, and how it is spoken to. */
export interface Server {
  readonly args: readonly string[];
  /** Docker's and Podman's, of the lab. */
  readonly image: string;
  readonly port: number;
  /** Run on the host, once it answers: gives it what it is to hold. */
  readonly populate?: string;
  readonly protocol: Protocol;
  readonly requestsPerSecond: number;
}

const MIB = 1024 ** 2;
const IMAGE = 'precopy-lab';
/** Enough to see a gap to 20 ms, and little next to what `churn` itself does. */
const ECHOES = 50;
const PAGE = 'a page that is always the same';

export const serverOf = ({ workload, memoryBytes, dirtyRate }: Scenario): Server => {
  switch (workload.program) {
    case 'redis':
      return {
        args: redis('').args,
        image: IMAGE,
        port: 6379,
        // Values of 1000 bytes.
        populate: `redis-cli debug populate ${Math.ceil(memoryBytes / 1000)} key 1000`,
        protocol: redisProtocol,
        requestsPerSecond: dirtyRate,
      };
    case 'memcached':
      return {
        // Twice what it is given, for its own account of it: it throws away what does not fit.
        args: [
          'memcached',
          '-u',
          'root',
          '-l',
          '0.0.0.0',
          '-m',
          String(64 + Math.ceil((2 * memoryBytes) / MIB)),
        ],
        image: IMAGE,
        port: 11211,
        populate: memcachedValues(Math.ceil(memoryBytes / 1000)),
        protocol: memcachedProtocol,
        requestsPerSecond: dirtyRate,
      };
    case 'postgresql':
      return {
        args: ['su', 'postgres', '-s', '/bin/sh', '-c', postgresql(Math.ceil((1.5 * memoryBytes) / MIB))],
        image: `${IMAGE}-postgresql`,
        port: 5432,
        populate: postgresqlRows(Math.ceil(memoryBytes / 1000)),
        protocol: postgresqlProtocol,
        requestsPerSecond: dirtyRate,
      };
    case 'nginx':
      return {
        args: ['sh', '-c', nginx, 'sh', PAGE],
        image: IMAGE,
        port: 80,
        protocol: httpProtocol('/', `${PAGE}\n`),
        requestsPerSecond: dirtyRate,
      };
    case 'churn': {
      const { workingSetBytes, pattern, sharing, threads } = workload;
      if (dirtyRate > 0 && dirtyRate < threads)
        throw new InvalidInput('each thread of churn has to write a page per second at least');
      const sizes = [memoryBytes, workingSetBytes].map((size) => String(Math.round(size / MIB)));
      return {
        args: ['churn', ...sizes, String(dirtyRate), pattern, sharing, String(threads), '7777'],
        image: IMAGE,
        port: 7777,
        protocol: echoProtocol,
        requestsPerSecond: ECHOES,
      };
    }
  }
};

/** Of 1000 bytes each. */
const memcachedValues = (count: number): string =>
  [
    'awk \'BEGIN { content = sprintf("%01000d", 0)',
    `for (i = 0; i < ${count}; i++) printf "set key:%d 0 0 1000 noreply\\r\\n%s\\r\\n", i, content`,
    'print "quit\\r" }\' | busybox nc 127.0.0.1 11211',
  ].join('\n');

/** Its own user may write to a place for sockets that the image does not have. */
const postgresql = (buffers: number): string =>
  `exec postgres -D /data/postgresql -c listen_addresses='*' -c unix_socket_directories=/tmp -c shared_buffers=${buffers}MB`;

/** Rows of 1000 bytes, which stay in its buffers: what is held need not be written ahead, what clients write is. */
const postgresqlRows = (count: number): string => {
  const statements = [
    `create table ${WRITTEN} (key text primary key, content text)`,
    'create unlogged table held (id int, content text)',
    `insert into held select id, repeat('0', 960) from generate_series(1, ${count}) id`,
  ];
  return `psql -q -h 127.0.0.1 -U postgres -c "${statements.join('; ')}"`;
};

const nginx = [
  'mkdir -p /tmp/www && echo "$1" >/tmp/www/index.html',
  "echo 'daemon off; user root root; worker_processes 1; error_log /dev/null; pid /tmp/nginx.pid; events {}",
  'http { access_log off; client_body_temp_path /tmp/1; proxy_temp_path /tmp/2; fastcgi_temp_path /tmp/3;',
  "uwsgi_temp_path /tmp/4; scgi_temp_path /tmp/5; server { listen 80; root /tmp/www; } }' >/tmp/nginx.conf",
  'exec nginx -c /tmp/nginx.conf',
].join('\n');
