import { readFile } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import * as l10n from '@vscode/l10n';
import { type Command, Option } from 'commander';
import { openTunnel } from '../cluster/port-forward/open-tunnel.ts';
import {
  parseServiceAccountName,
  type ServiceAccountName,
  serviceAccountToken,
} from '../cluster/service-account-token.ts';
import type { ApiSession } from '../cluster/session/api-session.ts';
import { ownCommand } from '../engine/own-command.ts';
import { jsonInEnglish, said } from '../engine/said.ts';
import { parseRegistryUrl } from '../registry/address/registry-url.ts';
import { readAuthorityFile } from '../registry/authorities/read-authority-file.ts';
import { diagnoseRegistry } from '../registry/diagnosis/diagnose-registry.ts';
import { recogniseText } from '../registry/diagnosis/recognise-text.ts';
import { mayPrune, type RegistryDiagnosis } from '../registry/diagnosis/registry-diagnosis.ts';
import { diagnosisMarkdown, findingsMarkdown } from '../shared/words/diagnosis-markdown.ts';
import { type ClusterOptions, withClusterOptions, withSession } from './cluster-options.ts';
import { diagnosisLines, findingLines } from './diagnosis-lines.ts';
import { durationValue } from './option-values.ts';
import { ProgressLine } from './progress-line.ts';
import type { RegistryOptions } from './registry-arguments.ts';
import { checkRegistryOptions, withRegistryOptions } from './registry-options.ts';
import { type Terminal, writeLines } from './terminal.ts';
import { UserError } from './user-error.ts';

interface DiagnoseOptions extends ClusterOptions, RegistryOptions {
  /** A file with the text of a failed run; `-` for standard input. */
  error?: string;
  output?: 'json' | 'markdown';
  /** Milliseconds. */
  timeout: number;
}

/**
 * Adds `diagnose` to the program.
 * @param stdin where `--error -` reads
 */
export function addDiagnose(program: Command, terminal: Terminal, stdin: Readable = process.stdin): void {
  const command = program
    .command('diagnose')
    .description(
      l10n.t(
        'Look at every way to the registry and say what is in the way of a prune. Nothing is changed. Exits with 0 where the registry is reached and would delete.',
      ),
    )
    .option(
      '--error <file>',
      l10n.t('explain the text of a failed run instead, without a cluster; - for standard input'),
    )
    .addOption(
      new Option('--timeout <duration>', l10n.t('how long each step may take, e.g. 5s'))
        .argParser(durationValue)
        .default(10_000, '10s'),
    )
    .addOption(
      new Option(
        '-o, --output <format>',
        l10n.t('print json, or markdown for a ticket; neither holds a secret'),
      ).choices(['json', 'markdown']),
    );
  withRegistryOptions(command);
  withClusterOptions(
    command,
    l10n.t('where image streams are looked for by a user who may not look everywhere'),
  );
  command.action((options: DiagnoseOptions) =>
    options.error === undefined
      ? diagnose(options, terminal)
      : explainError(options.error, options, terminal, stdin),
  );
}

async function diagnose(given: DiagnoseOptions, terminal: Terminal): Promise<void> {
  checkRegistryOptions(given);
  if (given.timeout <= 0) throw new UserError(said('--timeout must be longer than 0, such as 5s'));
  const authority =
    given.certificateAuthority === undefined
      ? undefined
      : await readAuthorityFile(given.certificateAuthority);
  await withSession(given, terminal, async (session) => {
    const diagnosis = await diagnosed(session, given, authority, terminal);
    await writeLines(terminal.stdout, outputOf(diagnosis, given));
    const { reached } = diagnosis;
    if (reached === null) {
      throw new UserError(
        said('the registry isn’t reached from here, so that a prune would fail: see above'),
      );
    }
    if (!mayPrune(diagnosis)) {
      throw new UserError(said('the registry is reached at {0}, but would not delete: see above', reached));
    }
    await writeLines(terminal.stderr, [l10n.t('The registry is reached at {0}, and would delete.', reached)]);
  });
}

async function diagnosed(
  session: ApiSession,
  given: DiagnoseOptions,
  authority: string | undefined,
  terminal: Terminal,
): Promise<RegistryDiagnosis> {
  const { signal, env } = terminal;
  const progress = new ProgressLine(terminal);
  progress.say(l10n.t('Asking the cluster for the ways to its registry…'));
  const account =
    given.asServiceAccount === undefined ? undefined : parseServiceAccountName(given.asServiceAccount);
  try {
    return await diagnoseRegistry(
      session,
      {
        given: given.registryUrl === undefined ? undefined : parseRegistryUrl(given.registryUrl),
        authority,
        forceInsecure: given.forceInsecure,
        ...(given.namespace === undefined ? {} : { namespace: given.namespace }),
        token: tokenOf(session, account, signal),
        ...(account ? { holder: `system:serviceaccount:${account.namespace}:${account.name}` } : {}),
        openTunnel: (service) => openTunnel(session, { ...service, signal }),
      },
      {
        env,
        timeoutMs: given.timeout,
        signal,
        onAddress: (address) => progress.say(l10n.t('Looking at {0}…', address)),
      },
    );
  } finally {
    progress.clear();
  }
}

/** The user’s own token, or that of a ServiceAccount. */
function tokenOf(
  session: ApiSession,
  account: ServiceAccountName | undefined,
  signal: AbortSignal,
): () => Promise<string | undefined> {
  if (!account) return () => session.bearerToken();
  return () => serviceAccountToken(session, account, { signal }).current();
}

function outputOf(diagnosis: RegistryDiagnosis, given: DiagnoseOptions): string[] {
  switch (given.output) {
    case 'json':
      return [jsonInEnglish(diagnosis)];
    case 'markdown':
      return [diagnosisMarkdown(diagnosis).trimEnd()];
    case undefined:
      return diagnosisLines(diagnosis, given);
  }
}

/** The text of a failed run, explained without a cluster. */
async function explainError(
  from: string,
  given: DiagnoseOptions,
  terminal: Terminal,
  stdin: Readable,
): Promise<void> {
  const { output } = given;
  const findings = recogniseText(
    from === '-' ? await text(addAbortSignal(terminal.signal, stdin)) : await contentOf(from),
  );
  if (output === 'json') await writeLines(terminal.stdout, [jsonInEnglish(findings)]);
  else {
    const lines = output === 'markdown' ? findingsMarkdown(findings) : findingLines(findings, given);
    await writeLines(terminal.stdout, lines.slice(0, lines.at(-1) === '' ? -1 : undefined));
  }
  if (findings.every(({ code }) => code === 'unknown')) {
    throw new UserError(
      said(
        'nothing in the text is known here. Give the whole output of the failed run, or look at the way itself: {0}',
        ownCommand('diagnose'),
      ),
    );
  }
}

async function contentOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new UserError(
      said(
        'the text {0} can’t be read ({1}). Give the path of a file with the output of a failed run, or - for standard input',
        file,
        code,
      ),
    );
  }
}
