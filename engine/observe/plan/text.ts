import type { ContainerFacts } from '../../model/facts.ts';
import { containerName } from '../../model/names.ts';
import type { Plan } from '../../model/plan.ts';
import type { Policy } from '../../model/policy.ts';
import type { Bytes } from '../../model/units.ts';
import { compressionPlanText } from '../text/compression.ts';
import { findingsText } from '../text/findings.ts';
import { count, counted, percent, size, time } from '../text/format.ts';
import { wrapped } from '../text/layout.ts';
import { pagePlanText } from '../text/page-channel.ts';
import { bandwidthText } from '../text/policy-change.ts';
import { planDockerLines } from './docker.ts';

/** A plan for people, as `--dry-run` shows it. */
export const planText = (plan: Plan): string => {
  const { container } = plan;
  const { memory } = container;
  return [
    ...wrapped(
      'container  ',
      `${containerText(container)}, ${counted(container.processes, 'process', 'processes')}`,
    ),
    ...wrapped('from       ', `${plan.from}, images in ${plan.sourceDirectory}`),
    ...wrapped('to         ', `${plan.to} as ${plan.address}, images in ${plan.destinationDirectory}`),
    ...wrapped(
      'memory     ',
      `${size(memory.resident)} resident; up to ${size(plan.imagesNeeded)} of images`,
    ),
    ...wrapped('pages      ', pagePlanText(plan.pages)),
    ...wrapped('compress   ', compressionPlanText(plan.pages.compression)),
    ...wrapped('files      ', `${rootfsText(plan)}; ${size(container.rootfsSize)}`),
    ...planDockerLines(plan),
    ...wrapped('rounds     ', policyText(plan.policy)),
    ...capLines(plan.policy),
    '',
    findingsText(plan.findings),
  ].join('\n');
};

const containerText = (container: ContainerFacts): string => {
  const { id, runtime, docker } = container;
  return `${containerName(container)} (${docker === undefined ? runtime : `${runtime} ${id.slice(0, 12)}`})`;
};

const rootfsText = ({ rootfs, copyLower, docker }: Plan): string => {
  // The layers below come with the image.
  if (docker !== undefined) return 'what the container changed of its image';
  switch (rootfs.kind) {
    case 'directory':
      return `directory ${rootfs.path}`;
    case 'overlay': {
      const lower = counted(rootfs.lower.length, 'lower directory', 'lower directories');
      return `overlay ${rootfs.path}, ${lower}, ${count(copyLower.length)} of them to be copied`;
    }
  }
};

const policyText = (policy: Policy): string => {
  const { maxRounds, minDirtyPages, maxGrowth, maxDowntime, deadline, onDeadline } = policy;
  if (maxRounds === 0) return 'none: all memory goes while the container stands still';
  const limit = counted(maxRounds, 'round', 'rounds');
  const budget = maxDowntime === undefined ? [] : [`the predicted downtime is within ${time(maxDowntime)}`];
  if (maxDowntime !== undefined && deadline !== undefined && onDeadline === 'give-up') {
    return `until ${budget.join()}; give up after ${time(deadline)} or ${limit}`;
  }
  return [
    `until one sends ${counted(minDirtyPages, 'dirty page', 'dirty pages')} or fewer`,
    ...budget,
    `dirty pages grow by more than ${percent(maxGrowth)}`,
    'three rounds bring nothing',
    ...(deadline === undefined ? [] : [`${time(deadline)} have passed (then ${onDeadlineText(policy)})`]),
    `at the latest after ${limit}`,
  ].join(', ');
};

const capLines = ({ maxBandwidth, maxBandwidthFrozen }: Policy): readonly string[] =>
  maxBandwidth === undefined && maxBandwidthFrozen === undefined
    ? []
    : wrapped(
        'bandwidth  ',
        `rounds and syncs ${capText(maxBandwidth)}, the frozen part ${capText(maxBandwidthFrozen)}`,
      );

const capText = (cap: Bytes | undefined): string =>
  cap === undefined ? 'as fast as it goes' : `at most ${bandwidthText(cap)}`;

const onDeadlineText = ({ onDeadline }: Policy): string =>
  onDeadline === 'give-up' ? 'give up' : 'cut over';
