import ssh2, {
  type BaseAgent,
  type IdentityCallback,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2';

type PublicKey = Parameters<BaseAgent['sign']>[0];

/** A key in one of the forms that ssh2's agents return. */
type AgentKey = PublicKey | { readonly pubKey: AgentKey };

const blobOf = (key: AgentKey): Buffer | undefined => {
  if (Buffer.isBuffer(key)) return key;
  if (typeof key === 'object') return 'pubKey' in key ? blobOf(key.pubKey) : key.getPublicSSH();
  const parsed = ssh2.utils.parseKey(key);
  return parsed instanceof Error ? undefined : parsed.getPublicSSH();
};

/** ssh2 accepts only agents of its own class. */
class ChosenIdentities extends ssh2.BaseAgent {
  readonly #agent: BaseAgent;
  readonly #chosen: readonly Buffer[];

  constructor(agent: BaseAgent, chosen: readonly Buffer[]) {
    super();
    this.#agent = agent;
    this.#chosen = chosen;
  }

  getIdentities(done: IdentityCallback<PublicKey>): void {
    this.#agent.getIdentities((error, keys) => {
      done(
        error,
        keys?.filter((key) => this.#chosen.some((one) => blobOf(key)?.equals(one) === true)),
      );
    });
  }

  sign(
    key: PublicKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    done?: SignCallback,
  ): void {
    if (typeof options === 'function') this.#agent.sign(key, data, options);
    else this.#agent.sign(key, data, options, done);
  }
}

/**
 * Returns an agent that offers only the chosen keys (`IdentitiesOnly`): a server ends the login after a few
 * keys that it does not know.
 */
export const chosenIdentities = (agent: BaseAgent, chosen: readonly Buffer[]): BaseAgent =>
  new ChosenIdentities(agent, chosen);
