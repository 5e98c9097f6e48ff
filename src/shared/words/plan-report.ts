import * as l10n from '@vscode/l10n';
import { formatDuration } from '../../engine/duration.ts';
import type { PruneOptions } from '../../engine/options.ts';
import type { ReportWords } from '../../engine/plan-exports.ts';
import type { PlanSummary } from '../../engine/plan-parts.ts';
import { ageInWords, bytesInWords, shortDigest } from './quantities.ts';
import { positionInWords, reasonsInWords } from './reasons.ts';

/** The words of a plan's report, in the language that is set when this is called. */
export function reportWords(): ReportWords {
  return {
    title: ({ origin }) => (origin ? l10n.t('Dry run of {0}', origin.context) : l10n.t('Dry run')),
    facts: factsInWords,
    namespaces: {
      heading: l10n.t('By namespace'),
      columns: {
        namespace: l10n.t('Namespace'),
        goes: l10n.t('Goes'),
        stays: l10n.t('Stays'),
        total: l10n.t('Total'),
        revisionsGoing: l10n.t('Revisions that go'),
        revisions: l10n.t('Revisions'),
      },
      unnamed: l10n.t('(images that no image stream names)'),
    },
    largest: {
      heading: (images) =>
        images === 1 ? l10n.t('The image that goes') : l10n.t('The {0} largest images that go', images),
      columns: {
        image: l10n.t('Image'),
        places: l10n.t('Where'),
        age: l10n.t('Age'),
        size: l10n.t('Size'),
        alone: l10n.t('Of it alone'),
        why: l10n.t('Why'),
      },
    },
    bytes: bytesInWords,
    age: (created, now) => ageInWords(created, Date.parse(now)),
    digest: shortDigest,
    places: (rows) => {
      const [first] = rows;
      if (!first) return '';
      const more = rows.length - 1;
      return more > 0 ? l10n.t('{0} and {1} more', positionInWords(first), more) : positionInWords(first);
    },
    reasons: (reasons) => reasonsInWords(reasons),
  };
}

function factsInWords({ now, origin, options, bytes, counts, complete, missing }: PlanSummary): string[] {
  const { seen } = counts;
  const facts = [l10n.t('Made {0}', now)];
  if (origin) facts.push(l10n.t('Server: {0}', origin.server));
  facts.push(l10n.t('Options: {0}', optionsAsFlags(options)));
  if (!complete) {
    const lists = missing.map((list) => list.resource).join(', ');
    facts.push(l10n.t('Incomplete, and so can’t be applied: {0} could not be read', lists));
  }
  facts.push(
    l10n.t('{0} of {1} can go', bytesInWords(bytes.freed), bytesInWords(bytes.registry)),
    l10n.t('{0} of {1} images go', counts.images, seen.images),
    l10n.t('{0} of {1} tag revisions go', counts.tagItems, seen.tagItems),
    l10n.t('{0} of {1} tags go', counts.tags, seen.tags),
    l10n.t('{0} of {1} image streams change', counts.streams, seen.streams),
    l10n.t(
      '{0} layer links, {1} manifest links and {2} blobs go',
      counts.layerLinks,
      counts.manifestLinks,
      counts.blobs,
    ),
  );
  if (bytes.freedIfMirrored > 0) {
    facts.push(
      l10n.t(
        'Up to {0} more of imported images, where the registry mirrored them',
        bytesInWords(bytes.freedIfMirrored),
      ),
    );
  }
  return facts;
}

/** The options as the command line writes them: the keep options always, the others where they are not the default. */
function optionsAsFlags(options: PruneOptions): string {
  const { keepTagRevisions, keepYoungerThanMs } = options;
  const flags: string[] = [];
  if (options.pruneOverSizeLimit) flags.push('--prune-over-size-limit');
  if (keepTagRevisions !== null) flags.push(`--keep-tag-revisions=${keepTagRevisions}`);
  if (keepYoungerThanMs !== null) flags.push(`--keep-younger-than=${formatDuration(keepYoungerThanMs)}`);
  if (options.namespace !== null) flags.push(`--namespace=${options.namespace}`);
  if (!options.all) flags.push('--all=false');
  if (!options.pruneRegistry) flags.push('--prune-registry=false');
  if (options.ignoreInvalidRefs) flags.push('--ignore-invalid-refs');
  flags.push(`--rules=${options.rules}`);
  return flags.join(' ');
}
