import { InvalidInput } from '../../engine/model/errors.ts';
import { redis } from '../containers/workloads.ts';
import type { Scenario } from '../model/scenario.ts';
import { echoProtocol } from '../probe/echo-protocol.ts';
import { httpProtocol } from '../probe/http-protocol.ts';
import type { Protocol } from '../probe/protocol.ts';
import { redisProtocol } from '../probe/redis-protocol.ts';

/** What a container runs for a scenario, and how it is spoken to. */
export interface Server {
  readonly args: readonly string[];
  readonly port: number;
  /** Run on the host, once it answers: gives it what it is to hold. */
  readonly populate?: string;
  readonly protocol: Protocol;
  readonly requestsPerSecond: number;
}

const MIB = 1024 ** 2;
/** Enough to see a gap to 20 ms, and little next to what `churn` itself does. */
const ECHOES = 50;
const PAGE = 'a page that is always the same';

export const serverOf = ({ workload, memoryBytes, dirtyRate }: Scenario): Server => {
  switch (workload.program) {
    case 'redis':
      return {
        args: redis('').args,
        port: 6379,
        // Values of 1000 bytes.
        populate: `redis-cli debug populate ${Math.ceil(memoryBytes / 1000)} key 1000`,
        protocol: redisProtocol,
        requestsPerSecond: dirtyRate,
      };
    case 'nginx':
      return {
        args: ['sh', '-c', nginx, 'sh', PAGE],
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
        port: 7777,
        protocol: echoProtocol,
        requestsPerSecond: ECHOES,
      };
    }
  }
};

const nginx = [
  'mkdir -p /tmp/www && echo "$1" >/tmp/www/index.html',
  "echo 'daemon off; user root root; worker_processes 1; error_log /dev/null; pid /tmp/nginx.pid; events {}",
  'http { access_log off; client_body_temp_path /tmp/1; proxy_temp_path /tmp/2; fastcgi_temp_path /tmp/3;',
  "uwsgi_temp_path /tmp/4; scgi_temp_path /tmp/5; server { listen 80; root /tmp/www; } }' >/tmp/nginx.conf",
  'exec nginx -c /tmp/nginx.conf',
].join('\n');
