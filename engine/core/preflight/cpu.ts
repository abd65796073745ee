import type { HostFacts } from '../../model/facts.ts';
import type { Finding } from '../../model/finding.ts';

/** Registers and instructions that libraries choose once, at start: without them a restored process dies. */
const fatal = /^(fpu|mmx|fxsr|sse|sse2|pni|ssse3|sse4_[12]|avx.*|fma|f16c|xsave.*|xgetbv1|amx_.*|pku)$/;

/** Names the kernel gives to its own findings, and features that only kernels and hypervisors use. */
const invisible =
  /^(constant_tsc|nonstop_tsc|tsc_.*|art|arat|rep_good|nopl|xtopology|cpuid.*|hypervisor|pti|ibr?s.*|ibpb.*|stibp.*|ssbd|ssb.*|md_clear|flush_l1d|arch_.*|vmx.*|svm.*|ept.*|vpid|vnmi|vgif|flexpriority|tpr_shadow|npt|nrip_save|lbrv|aperfmperf|acpi|dts?|tm2?|ht|pbe|pln|pts|hwp.*|epb|est|monitor|mce|mca|mtrr|pge|pse(36)?|pat|pae|apic|x2apic|extapic|smep|smap|umip|invpcid.*|pcid|nx|dtes64|ds_cpl|smx|xtpr|pdcm|dca|pebs|bts|arch_perfmon|perfctr_.*|topoext|cqm.*|cat_.*|cdp_.*|mba|rdt_a|intel_.*|split_lock_detect|bus_lock_detect|overflow_recov|succor|smca|sme|sev.*|debug_swap|user_shstk|v_.*|avic|pausefilter|pfthreshold|decodeassists|flushbyasid|tsc)$/;

/** Flags of the source's processor that the destination's lacks. criu by itself compares only the FPU. */
export const assessCpu = (source: HostFacts, destination: HostFacts): Finding[] => {
  if (source.architecture !== destination.architecture) {
    return [];
  }
  const there = new Set(destination.cpuFlags);
  const missing = source.cpuFlags.filter((flag) => !there.has(flag));
  const needed = missing.filter((flag) => fatal.test(flag));
  const useful = missing.filter((flag) => !fatal.test(flag) && !invisible.test(flag));
  const findings: Finding[] = [];
  if (needed.length > 0) {
    findings.push({
      severity: 'error',
      code: 'cpu-features-missing',
      message: `the processor of ${destination.name} lacks what programs on ${source.name} may use: ${list(needed)}`,
      remedy:
        'Choose a destination whose processor has them, or hide them from the source (virtual machines).',
    });
  }
  if (useful.length > 0) {
    findings.push({
      severity: 'warning',
      code: 'cpu-features-differ',
      message: `the processor of ${destination.name} lacks flags of that of ${source.name}: ${list(useful)}`,
      remedy: 'Make sure that no program in the container uses them.',
    });
  }
  return findings;
};

const list = (flags: readonly string[]): string => [...flags].sort().join(' ');
