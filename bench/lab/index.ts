export type { HostName } from './hosts.ts';
export { hostNames } from './hosts.ts';
export type { Lab, LabHost } from './lab.ts';
export { openLab } from './lab.ts';
export { LabError } from './lab-error.ts';
export { type LabStatus, labStatuses } from './lab-status.ts';
export { removeLabNamed } from './remove-lab.ts';
export { type LabOptions, prepareImage, startLab } from './start-lab.ts';
export type { LinkState } from './wire.ts';
