import { BlockList, isIP } from 'node:net';

const localAddresses = new BlockList();
localAddresses.addSubnet('127.0.0.0', 8, 'ipv4');
localAddresses.addAddress('::1', 'ipv6');
localAddresses.addSubnet('169.254.0.0', 16, 'ipv4');
localAddresses.addSubnet('fe80::', 10, 'ipv6');

/**
 * Whether a host is this machine or a link-local address (REFERENCE section 5). No other private address counts.
 * @param hostname without brackets; empty means this machine, as in `:5000`
 */
export function isLocalHost(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, '');
  if (name === '' || name === 'localhost') return true;
  // An IPv6 zone (fe80::1%eth0) says which link, not which address.
  const address = name.replace(/%.*$/, '');
  const version = isIP(address);
  return version !== 0 && localAddresses.check(address, version === 6 ? 'ipv6' : 'ipv4');
}
