import type { TestProject } from 'vitest/node';
import './provided.ts';

export const setup = async (project: TestProject): Promise<void> => {
  project.provide('lab', {
    name: 'hand',
    sshConfig: '/tmp/lab/ssh_config',
    addresses: { a: '10.77.0.1', b: '10.77.0.2' },
  });
};
