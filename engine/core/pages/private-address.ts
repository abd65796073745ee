/**
 * Whether an address is one of those that no network routes to strangers: RFC 1918, unique local, link-local. A host name is
 * none, for what it stands for may change.
 */
export const isPrivateAddress = (address: string): boolean =>
  address.includes(':') ? isPrivateV6(address.toLowerCase()) : isPrivateV4(address);

/** An address, not a name that stands for one. */
export const isAddress = (text: string): boolean => text.includes(':') || /^\d+(\.\d+){3}$/.test(text);

const isPrivateV4 = (address: string): boolean => {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address)?.slice(1).map(Number) ?? [];
  const [first = -1, second = -1] = parts;
  if (parts.some((part) => part > 255)) return false;
  return (
    first === 10 ||
    (first === 172 && second >= 16 && second < 32) ||
    (first === 192 && second === 168) ||
    (first === 169 && second === 254)
  );
};

const isPrivateV6 = (address: string): boolean => {
  const mapped = /^::ffff:([\d.]+)$/.exec(address)?.[1];
  if (mapped !== undefined) return isPrivateV4(mapped);
  // fc00::/7 and fe80::/10: a first group shorter than four digits begins with a zero.
  return /^(f[cd][\da-f]{2}|fe[89ab][\da-f]):[\da-f:.]+(%[\w.-]+)?$/.test(address);
};
