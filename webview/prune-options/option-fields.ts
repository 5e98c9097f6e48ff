import * as l10n from '@vscode/l10n';
import type { OptionField } from '../ui/option-row.ts';
import type { FormKey } from './form-values.ts';

/** One option of the prune. */
export type PruneField = OptionField<FormKey>;

/** The options that decide what goes (REFERENCE section 2). */
export function decidingFields(): PruneField[] {
  return [
    {
      key: 'keepTagRevisions',
      flag: '--keep-tag-revisions',
      title: l10n.t('Keep tag revisions'),
      meaning: l10n.t('Keep this many of the newest revisions of every tag of every image stream.'),
      byDefault: '3',
      kind: 'text',
    },
    {
      key: 'keepYoungerThan',
      flag: '--keep-younger-than',
      title: l10n.t('Keep younger than'),
      meaning: l10n.t(
        'Keep images younger than this, and images that anything younger than this names. A Go duration: 60m, 96h, 1h30m.',
      ),
      byDefault: '60m',
      kind: 'text',
    },
    {
      key: 'namespace',
      flag: '--namespace',
      title: l10n.t('Namespace'),
      meaning: l10n.t('Only the image streams of one namespace. Image objects are never removed then.'),
      byDefault: l10n.t('every namespace'),
      kind: 'text',
      placeholder: l10n.t('every namespace'),
    },
    {
      key: 'rules',
      flag: '--rules',
      title: l10n.t('Rules'),
      meaning: l10n.t(
        'Extended protects more: ephemeral containers, image volumes, running containers, build inputs, image triggers. Reference decides exactly like oc adm prune images.',
      ),
      byDefault: l10n.t('extended'),
      kind: 'choice',
      choices: [
        { value: 'extended', label: l10n.t('Extended') },
        { value: 'reference', label: l10n.t('Reference') },
      ],
    },
    {
      key: 'pruneOverSizeLimit',
      flag: '--prune-over-size-limit',
      title: l10n.t('Prune over the size limit'),
      meaning: l10n.t(
        'Prune images larger than the smallest openshift.io/Image limit of their namespace. The two keep options don’t apply then.',
      ),
      byDefault: l10n.t('off'),
      kind: 'flag',
    },
    {
      key: 'all',
      flag: '--all',
      title: l10n.t('All images'),
      meaning: l10n.t(
        'Also consider images that were mirrored by pull-through or imported, not only those pushed to this registry.',
      ),
      byDefault: l10n.t('on'),
      kind: 'flag',
    },
    {
      key: 'ignoreInvalidRefs',
      flag: '--ignore-invalid-refs',
      title: l10n.t('Ignore invalid references'),
      meaning: l10n.t('Go on where a reference to an image can’t be parsed. It protects nothing then.'),
      byDefault: l10n.t('off'),
      kind: 'flag',
    },
    {
      key: 'pruneRegistry',
      flag: '--prune-registry',
      title: l10n.t('Prune the registry'),
      meaning: l10n.t(
        'Off: only API objects are removed. Their data in the registry can then only go by a hard prune.',
      ),
      byDefault: l10n.t('on'),
      kind: 'flag',
    },
  ];
}

/** The options that say how the registry is spoken to (REFERENCE section 2). */
export function registryFields(): PruneField[] {
  return [
    {
      key: 'registryUrl',
      flag: '--registry-url',
      title: l10n.t('Registry address'),
      meaning: l10n.t(
        'A host and, if need be, a port; http:// or https:// may stand in front. No path, no query.',
      ),
      byDefault: l10n.t('worked out from images and streams'),
      kind: 'text',
      placeholder: l10n.t('worked out from images and streams'),
      restricted: true,
    },
    {
      key: 'certificateAuthority',
      flag: '--certificate-authority',
      title: l10n.t('Certificate authority'),
      meaning: l10n.t('The CA file for talking to the registry. With it, the connection must be secure.'),
      byDefault: l10n.t('the kubeconfig’s CA'),
      kind: 'file',
      placeholder: l10n.t('the kubeconfig’s CA'),
      restricted: true,
    },
    {
      key: 'numWorkers',
      flag: '--num-workers',
      title: l10n.t('Parallel deletions'),
      meaning: l10n.t('How many deletions are under way at a time.'),
      byDefault: '5',
      kind: 'text',
    },
    {
      key: 'forceInsecure',
      flag: '--force-insecure',
      title: l10n.t('Force insecure'),
      meaning: l10n.t(
        'Allow HTTP, or HTTPS with an invalid certificate. With care: the token can then be read on the way.',
      ),
      byDefault: l10n.t('off'),
      kind: 'flag',
      restricted: true,
    },
  ];
}
