import { appArmorOnBoth, appArmorOnOne } from './app-armor.ts';
import { churn } from './churn.ts';
import { criuConfiguration } from './criu-configuration.ts';
import { dockerElsewhere, userNamespaces } from './docker-settings.ts';
import { imageStores } from './image-stores.ts';
import { network } from './network.ts';
import { nginx } from './nginx.ts';
import { oddMemory } from './odd-memory.ts';
import { redisInDocker, redisInDockerThereAndBack, redisInRunc, redisInRuncThereAndBack } from './redis.ts';
import type { Scenario } from './scenario.ts';

/** All that is tried on each stack, in the order of the table. */
export const scenarios: readonly Scenario[] = [
  redisInRunc,
  redisInRuncThereAndBack,
  churn,
  oddMemory,
  redisInDocker,
  redisInDockerThereAndBack,
  nginx,
  network,
  ...imageStores,
  appArmorOnBoth,
  appArmorOnOne,
  dockerElsewhere,
  userNamespaces,
  criuConfiguration,
];
