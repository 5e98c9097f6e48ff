// One module to load when the way to the registry is first looked at, or an error explained.
export { openTunnel } from '../../cluster/port-forward/open-tunnel.ts';
export { parseServiceAccountName, serviceAccountToken } from '../../cluster/service-account-token.ts';
export { parseRegistryUrl } from '../../registry/address/registry-url.ts';
export { publishedAuthorities } from '../../registry/authorities/published-authorities.ts';
export { readAuthorityFile } from '../../registry/authorities/read-authority-file.ts';
export { diagnoseRegistry } from '../../registry/diagnosis/diagnose-registry.ts';
export { recogniseText } from '../../registry/diagnosis/recognise-text.ts';
export { withoutSecrets } from '../../registry/diagnosis/texts/without-secrets.ts';
