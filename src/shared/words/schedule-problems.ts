import * as l10n from '@vscode/l10n';
import type { Problem } from '../../schedules/problem.ts';

/** What is wrong with a value, and what would be right. */
export function problemInWords({ code, arguments: args }: Problem): string {
  const { text = '', known = '', least = '', most = '', name = '', limit = '', why = '', count = '' } = args;
  switch (code) {
    case 'cronEmpty':
      return l10n.t('Write a schedule with five fields, such as 0 0 * * * for every midnight.');
    case 'cronFieldCount':
      return l10n.t(
        '“{0}” has {1} fields; a schedule has five: minute, hour, day of the month, month, day of the week.',
        text,
        count,
      );
    case 'cronMacro':
      return l10n.t('Kubernetes knows no “{0}”, only: {1}', text, known);
    case 'cronTimeZone':
      return l10n.t(
        'Kubernetes takes no time zone within a schedule. Write it into the time zone’s own field.',
      );
    case 'cronEvery':
      return l10n.t('“{0}” names no time to wait. Write it like @every 12h or @every 90m.', text);
    case 'cronField':
      return l10n.t(
        '{0}: “{1}” can’t be understood. Write numbers, lists 1,15, ranges 1-5 or steps */10.',
        fieldName(args),
        text,
      );
    case 'cronRange':
      return l10n.t(
        '{0}: “{1}” is out of range; {2} to {3} are allowed.',
        fieldName(args),
        text,
        least,
        most,
      );
    case 'cronBackwards':
      return l10n.t('{0}: the range “{1}” runs backwards.', fieldName(args), text);
    case 'cronStep':
      return l10n.t('{0}: the step of “{1}” must be at least 1.', fieldName(args), text);
    case 'cronNever':
      return l10n.t('“{0}” would never run: no month it names has such a day.', text);
    case 'timeZone':
      return l10n.t('“{0}” is no time zone. Write its IANA name, such as Asia/Tokyo.', text);
    case 'name':
      return l10n.t(
        '“{0}” can’t be a name: at most {1} lower-case letters, digits and dashes, beginning and ending with a letter or digit.',
        text,
        most,
      );
    case 'operatorsName':
      return l10n.t(
        'The registry’s operator keeps a CronJob {0} of its own there and would undo this one. Take another name, or edit the ImagePruner.',
        text,
      );
    case 'image':
      return l10n.t('“{0}” names no image: {1}.', text, why);
    case 'quantity':
      return l10n.t('“{0}” is no amount of {1}. Write it like 500m for CPU, or 1Gi for memory.', text, name);
    case 'requestOverLimit':
      return l10n.t('It asks for {0} of {1}, more than its limit of {2}.', text, name, limit);
    case 'overSizeWithKeep':
      return l10n.t(
        '--prune-over-size-limit prunes by size alone: it can’t be combined with --keep-tag-revisions or --keep-younger-than.',
      );
    case 'negative':
      return l10n.t('It must be at least {0}, not {1}.', least === '' ? '0' : least, text);
    case 'wholeNumber':
      return l10n.t('It must be a whole number, not {0}.', text);
    case 'tooLarge':
      return l10n.t('It must be at most {0}, not {1}.', most, text);
    case 'duration':
      return l10n.t('“{0}” is no duration. Write it like 60m, 96h or 1h30m.', text);
    case 'negativeDuration':
      return l10n.t('The duration must not be negative, and is {0}.', text);
    case 'authorityAndInsecure':
      return l10n.t(
        '--force-insecure can’t be combined with --certificate-authority: the one gives up the verified connection that the other demands.',
      );
    case 'authorityAndHttp':
      return l10n.t('HTTP has no certificates: use https://, or leave --certificate-authority out.');
    case 'path':
      return l10n.t('“{0}” is no path of a file in the pod: it must begin with /.', text);
    case 'registryUrl':
      return why;
    case 'logLevel':
      return l10n.t('“{0}” is no log level; there are: {1}', text, known);
  }
}

function fieldName({ field = '' }: Problem['arguments']): string {
  switch (field) {
    case 'minute':
      return l10n.t('Minute');
    case 'hour':
      return l10n.t('Hour');
    case 'dayOfMonth':
      return l10n.t('Day of the month');
    case 'month':
      return l10n.t('Month');
    default:
      return l10n.t('Day of the week');
  }
}
