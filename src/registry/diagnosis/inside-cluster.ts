import { BlockList, isIPv4 } from 'node:net';

/** The addresses that OpenShift gives to services where nobody has chosen others. */
const serviceNetwork = new BlockList();
serviceNetwork.addSubnet('172.30.0.0', 16, 'ipv4');

/** Whether a host is one that only means something inside a cluster: a service’s name or address. */
export function isInsideCluster(hostname: string): boolean {
  if (isIPv4(hostname)) return serviceNetwork.check(hostname, 'ipv4');
  return /\.svc(\.cluster\.local)?\.?$/i.test(hostname);
}
