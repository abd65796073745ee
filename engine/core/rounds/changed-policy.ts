import type { Policy, PolicyChange } from '../../model/policy.ts';

/** The policy with what was asked for; what was not mentioned stays. */
export const changedPolicy = (policy: Policy, change: PolicyChange): Policy => {
  const { maxDowntime, maxBandwidth, maxBandwidthFrozen, ...always } = policy;
  const { maxDowntime: downtime, maxBandwidth: cap, maxBandwidthFrozen: frozen, ...thresholds } = change;
  const limits = {
    maxDowntime: downtime === undefined ? maxDowntime : downtime,
    maxBandwidth: cap === undefined ? maxBandwidth : cap,
    maxBandwidthFrozen: frozen === undefined ? maxBandwidthFrozen : frozen,
  };
  return {
    ...always,
    ...thresholds,
    ...(limits.maxDowntime == null ? {} : { maxDowntime: limits.maxDowntime }),
    ...(limits.maxBandwidth == null ? {} : { maxBandwidth: limits.maxBandwidth }),
    ...(limits.maxBandwidthFrozen == null ? {} : { maxBandwidthFrozen: limits.maxBandwidthFrozen }),
  };
};
