import { localHost } from '../../../transport/host/local-host.ts';
import { hostContract } from '../../contracts/host.ts';

hostContract('local host', async () => localHost());
