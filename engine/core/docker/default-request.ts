import type { DockerRequest } from '../../model/docker.ts';

/** What holds for a Docker container where the user says nothing. */
export const defaultDockerRequest: DockerRequest = {
  mounts: [],
  createNetworks: false,
  tcp: 'auto',
  removeSource: false,
};
