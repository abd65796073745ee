/** What a runtime can do; the engine asks instead of comparing names. */
export interface Capabilities {
  /** Memory can be pre-copied in rounds. */
  readonly preDump: boolean;
  /** The destination can be prepared before the freeze, so that only the restore itself is in the downtime. */
  readonly parkedRestore: boolean;
  /** The runtime attaches network and volumes itself. */
  readonly attachesNetwork: boolean;
}
