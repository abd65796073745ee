/** Where a migration stands. `rolling-back` is reachable only before `committed`. */
export type Phase =
  | 'planned'
  | 'preflight'
  | 'pre-copy'
  | 'frozen'
  | 'restoring'
  | 'committed'
  | 'done'
  | 'rolling-back'
  | 'rolled-back';
