import * as l10n from '@vscode/l10n';
import type { DocumentedRule, Finding, Fix } from '../../registry/diagnosis/finding.ts';
import { inWords } from './in-words.ts';
import { sentencesInWords } from './joining.ts';

/** What is wrong, in a few words, and why, in a few sentences. */
export interface FindingWords {
  title: string;
  cause: string;
}

/** A finding for people. What its arguments don’t tell is left out. */
export function findingInWords({ code, address, why, arguments: told }: Finding): FindingWords {
  const facts: Facts = why === undefined ? told : { ...told, why: inWords(why) };
  const at = address === '' ? l10n.t('the registry') : address;
  switch (code) {
    case 'unknownAuthority':
      return {
        title: l10n.t('The certificate was signed by an unknown authority'),
        cause: sentences(
          facts.issuer
            ? l10n.t('What {0} serves was signed by {1}, which is not trusted here.', at, facts.issuer)
            : l10n.t('What {0} serves was signed by an authority that is not trusted here.', at),
          facts.trusted === 'kubeconfig' &&
            l10n.t(
              'Trusted is the authority of the kubeconfig, which stands for the API server; the registry often has another.',
            ),
          facts.trusted === 'machine' && l10n.t('Trusted are the authorities of this machine.'),
        ),
      };
    case 'wrongAuthorityGiven':
      return {
        title: l10n.t('The certificate authority that was given is not the registry’s'),
        cause: sentences(
          facts.issuer
            ? l10n.t('What {0} serves was signed by {1}, which is not in the file.', at, facts.issuer)
            : l10n.t('What {0} serves was signed by none of the authorities in the file.', at),
          facts.fits === 'kubeconfig' && l10n.t('The kubeconfig’s authority verifies it.'),
          facts.fits === 'machine' && l10n.t('This machine’s own authorities verify it.'),
          facts.fits === 'published' && l10n.t('An authority that the cluster publishes verifies it.'),
        ),
      };
    case 'selfSigned':
      return {
        title: l10n.t('The certificate is self-signed'),
        cause: sentences(
          l10n.t('The certificate of {0} was signed by nobody but itself, and it is not trusted here.', at),
          facts.fingerprint && l10n.t('Its SHA-256 fingerprint is {0}.', facts.fingerprint),
        ),
      };
    case 'missingIntermediate':
      return {
        title: l10n.t('The server leaves out an intermediate certificate'),
        cause: sentences(
          facts.issuer
            ? l10n.t(
                '{0} doesn’t send the certificate of {1}, so that nothing leads from its own to a trusted authority.',
                at,
                facts.issuer,
              )
            : l10n.t('Nothing that {0} sends leads from its certificate to a trusted authority.', at),
          l10n.t('Browsers often know the missing one from elsewhere; other programs don’t.'),
        ),
      };
    case 'expired':
      return {
        title: facts.orNotYetValid
          ? l10n.t('The certificate has expired, or is not yet valid')
          : l10n.t('The certificate has expired'),
        cause: expiredInWords(at, facts),
      };
    case 'notYetValid':
      return {
        title: l10n.t('The certificate is not yet valid'),
        cause: sentences(
          facts.notBefore
            ? l10n.t('A certificate of {0} begins on {1}.', at, facts.notBefore)
            : l10n.t('A certificate of {0} begins in the future.', at),
          facts.now && l10n.t('This machine’s clock says {0}.', facts.now),
          l10n.t('More often than not it is a clock that is wrong.'),
        ),
      };
    case 'clockSkew':
      return { title: clockTitle(facts), cause: clockInWords(facts) };
    case 'nameMismatch':
      return {
        title: l10n.t('The certificate is for another name'),
        cause: sentences(
          facts.wanted
            ? l10n.t('The certificate of {0} is not for {1}.', at, facts.wanted)
            : l10n.t('The certificate of {0} is for other names.', at),
          facts.names
            ? l10n.t('It is for: {0}.', facts.names)
            : facts.count
              ? l10n.t('It is for {0} other names.', facts.count)
              : l10n.t('It names none that a client may go by.'),
        ),
      };
    case 'httpResponseToHttps':
      return {
        title: l10n.t('The registry speaks HTTP without TLS'),
        cause: l10n.t('{0} was asked for TLS and answers in plain HTTP: it is an insecure registry.', at),
      };
    case 'malformedHttpResponse':
      return {
        title: l10n.t('The registry speaks TLS, and was asked without'),
        cause: sentences(
          l10n.t('{0} was spoken to in plain HTTP, and answers with TLS.', at),
          facts.said && l10n.t('It says: {0}', facts.said),
        ),
      };
    case 'refused':
      return {
        title: l10n.t('The connection was refused'),
        cause: l10n.t(
          'The machine of {0} was reached, but nothing takes connections on that port. Either the port is another, or the registry isn’t running.',
          at,
        ),
      };
    case 'noSuchHost':
      if (facts.registry === 'unnamed') {
        return {
          title: l10n.t('Nothing names the registry'),
          cause: facts.unread
            ? l10n.t(
                'No address was given, and the images and image streams that name the registry can’t all be seen by this user.',
              )
            : l10n.t(
                'No image was pushed to the registry, no image stream names it, and no address was given.',
              ),
        };
      }
      return {
        title: l10n.t('There is no such host'),
        cause: sentences(
          facts.host
            ? l10n.t('The name {0} can’t be resolved from here.', facts.host)
            : l10n.t('The name of {0} can’t be resolved from here.', at),
          l10n.t('It is misspelt, or known to another network, such as a VPN’s.'),
        ),
      };
    case 'noRouteFromOutside':
      return {
        title: l10n.t('The registry has no route'),
        cause: sentences(
          l10n.t('{0} is an address that means something inside the cluster only.', at),
          facts.routes === 'none' && l10n.t('No route leads to the registry from outside.'),
          facts.routes === 'unknown' &&
            l10n.t('Whether a route leads to the registry can’t be seen by this user.'),
          facts.tunnel === 'none' &&
            l10n.t(
              'A tunnel to its pod (port-forward) would be used by itself, but doesn’t work from here either.',
            ),
        ),
      };
    case 'timeout':
      return timeoutInWords(at, facts);
    case 'proxy':
      return { title: l10n.t('A proxy is in the way'), cause: proxyInWords(at, facts) };
    case 'interceptingProxy':
      return {
        title: l10n.t('A proxy opens the encryption'),
        cause: sentences(
          facts.proxy
            ? l10n.t(
                'It isn’t {0} that answers, but the proxy {1} with a certificate of its own.',
                at,
                facts.proxy,
              )
            : l10n.t('It isn’t {0} that answers, but something in between that signs for it.', at),
          facts.issuer && l10n.t('It signs as {0}, which is not trusted here.', facts.issuer),
          l10n.t('Whoever runs it can read everything, the token too.'),
        ),
      };
    case 'unauthorized':
      return {
        title: l10n.t('The registry doesn’t accept the token'),
        cause: sentences(
          facts.deleting === 'true'
            ? l10n.t(
                '{0} answered 401. The token has expired, belongs to another cluster, or its user may not prune: a registry says the same to all of them.',
                at,
              )
            : l10n.t('{0} answered 401: the token has expired, or belongs to another cluster.', at),
        ),
      };
    case 'forbidden':
      return {
        title: l10n.t('This user may not prune'),
        cause: forbiddenInWords(at, facts),
      };
    case 'deletionDisabled':
      return {
        title: l10n.t('Deletion is disabled in the registry'),
        cause: l10n.t(
          '{0} refuses to delete anything, whoever asks: its configuration has storage.delete.enabled turned off.',
          at,
        ),
      };
    case 'routerUnavailable':
      return {
        title: l10n.t('The router says that the application is not available'),
        cause: l10n.t(
          'The cluster’s router answers in place of {0}: no pod of the registry is ready, or no route has this name.',
          at,
        ),
      };
    case 'serverError':
      return {
        title: facts.status
          ? l10n.t('The registry is in trouble: {0}', facts.status)
          : l10n.t('The registry is in trouble'),
        cause: sentences(
          facts.status
            ? l10n.t('{0}, or what stands in front of it, answered {1}.', at, facts.status)
            : l10n.t('{0}, or what stands in front of it, answered with an error of its own.', at),
          facts.said && l10n.t('It says: {0}', facts.said),
        ),
      };
    case 'wrongService':
      return { title: l10n.t('Something else answers there'), cause: wrongServiceInWords(at, facts) };
    case 'noToken':
      return {
        title: l10n.t('There is no token for the registry'),
        cause: l10n.t(
          'The registry takes an API token as a password, and nothing else. This user has none, such as one who logs in with a client certificate.',
        ),
      };
    case 'tlsVersion':
      return {
        title: facts.old === 'cipher' ? l10n.t('No cipher is shared') : l10n.t('No version of TLS is shared'),
        cause: tlsInWords(at, facts),
      };
    case 'weakCertificate':
      return {
        title: l10n.t('The certificate is too weak'),
        cause: facts.bits
          ? l10n.t(
              'The key of {0} has {1} bits; too few to be accepted today.',
              facts.subject ?? at,
              facts.bits,
            )
          : facts.algorithm
            ? l10n.t(
                '{0} is signed with {1}, which anybody could forge today.',
                facts.subject ?? at,
                facts.algorithm,
              )
            : l10n.t('A key or a signature in the chain of {0} is too weak to be accepted today.', at),
      };
    case 'connectionCut':
      return {
        title: l10n.t('The connection is cut'),
        cause:
          facts.phase === 'answer'
            ? l10n.t('{0} takes requests, and ends the connection in place of an answer.', at)
            : l10n.t(
                '{0} takes connections, and ends them before anything is said. A firewall or a load balancer in between does that, too.',
                at,
              ),
      };
    case 'unknown':
      return {
        title: l10n.t('It doesn’t work, and it can’t be told why'),
        cause: facts.why ?? facts.said ?? l10n.t('Nothing that is known here fits what was met.'),
      };
  }
}

type Facts = Finding['arguments'];

/** Sentences in a row, those left out that don’t apply. */
function sentences(...each: (string | false | undefined)[]): string {
  return sentencesInWords(each.map((one) => one || ''));
}

function expiredInWords(at: string, { notAfter, now, above, subject }: Facts): string {
  return sentences(
    above
      ? l10n.t('The authority above the certificate of {0} has expired.', at)
      : notAfter && subject
        ? l10n.t('The certificate of {0}, {1}, ended on {2}.', at, subject, notAfter)
        : notAfter
          ? l10n.t('A certificate of {0} ended on {1}.', at, notAfter)
          : l10n.t('A certificate of {0} is past its end.', at),
    now && l10n.t('This machine’s clock says {0}.', now),
  );
}

function clockTitle({ whose }: Facts): string {
  return whose === 'registry'
    ? l10n.t('The registry’s clock is wrong')
    : l10n.t('This machine’s clock is wrong');
}

function clockInWords({ whose, now, there, notBefore }: Facts): string {
  if (there && now) {
    return whose === 'registry'
      ? sentences(
          l10n.t('It says {0}, where the cluster’s API and this machine say {1}.', there, now),
          l10n.t('Tokens that it checks may seem to it expired or not yet valid.'),
        )
      : sentences(
          l10n.t('It says {0}, where the cluster says {1}.', now, there),
          l10n.t('Certificates that are valid seem expired, or not yet valid, by it.'),
        );
  }
  return sentences(
    now
      ? l10n.t('This machine’s clock says {0}.', now)
      : l10n.t('The clocks of this machine and of the cluster differ.'),
    notBefore && l10n.t('The certificate begins on {0}.', notBefore),
  );
}

function timeoutInWords(at: string, { phase, why }: Facts): FindingWords {
  switch (phase) {
    case 'handshake':
      return {
        title: l10n.t('Nothing answers the TLS handshake'),
        cause: l10n.t(
          '{0} takes connections and says nothing. Something else may listen there, or a firewall in between swallows what is said.',
          at,
        ),
      };
    case 'answer':
      return {
        title: l10n.t('The registry doesn’t answer in time'),
        cause: l10n.t('{0} takes requests, but no answer came in time: it may be overloaded.', at),
      };
    default:
      return why !== undefined && /UNREACH|HOSTDOWN|NETDOWN|ADDRNOTAVAIL/.test(why)
        ? {
            title: l10n.t('There is no way to the registry from here'),
            cause: l10n.t('No network of this machine leads to {0} ({1}).', at, why),
          }
        : {
            title: l10n.t('The connection isn’t answered'),
            cause: l10n.t(
              '{0} doesn’t answer at all: a firewall drops what is sent, or the address belongs to another network.',
              at,
            ),
          };
  }
}

function proxyInWords(at: string, { proxy, status, why }: Facts): string {
  const which = proxy ? l10n.t('The proxy {0}', proxy) : l10n.t('The proxy');
  if (status === '407') return l10n.t('{0} asks for a user name and a password (407).', which);
  if (status !== undefined) return l10n.t('{0} refuses to connect to {1} ({2}).', which, at, status);
  return why === undefined
    ? l10n.t('{0} can’t be used.', which)
    : l10n.t('{0} can’t be used: {1}', which, why);
}

function forbiddenInWords(at: string, { user, verb, resource, namespace, status }: Facts): string {
  if (verb && resource) {
    return namespace
      ? l10n.t('The user {0} may not {1} {2} in the namespace {3}.', user ?? '?', verb, resource, namespace)
      : l10n.t('The user {0} may not {1} {2}.', user ?? '?', verb, resource);
  }
  return sentences(
    status ? l10n.t('{0} answered {1} to a deletion.', at, status) : undefined,
    user
      ? l10n.t('The user {0} lacks the role system:image-pruner.', user)
      : l10n.t('The user lacks the role system:image-pruner.'),
  );
}

function wrongServiceInWords(at: string, { answer, asks, status, path, said, location }: Facts): string {
  if (asks === 'certificate') {
    return l10n.t(
      '{0} takes nobody without a client certificate. A registry never asks for one, so it is another service.',
      at,
    );
  }
  if (answer !== undefined) {
    return l10n.t('{0} speaks neither TLS nor HTTP. It says: {1}', at, answer);
  }
  return sentences(
    status && path
      ? l10n.t('{0} answered {1} to {2}, which no registry does.', at, status, path)
      : l10n.t('{0} doesn’t answer as a registry does.', at),
    location && l10n.t('It leads on to {0}, which is not followed.', location),
    said && l10n.t('It says: {0}', said),
  );
}

function tlsInWords(at: string, { version, cipher, least, old, alert }: Facts): string {
  if (old === 'cipher' && version && cipher) {
    return l10n.t('{0} offers only ciphers such as {1}, which clients no longer accept.', at, cipher);
  }
  if (version && least) {
    return l10n.t('{0} speaks {1} at best; clients ask for {2} at least.', at, version, least);
  }
  return alert
    ? l10n.t('{0} and this client share no version of TLS, or no cipher ({1}).', at, alert)
    : l10n.t('{0} and this client share no version of TLS, or no cipher.', at);
}

/** What to do, as an instruction. */
export function fixInWords({ code, arguments: facts }: Fix): string {
  switch (code) {
    case 'giveAuthority':
      if (facts.fits === 'machine') {
        return l10n.t(
          'Give the file of this machine’s authorities with --certificate-authority, such as /etc/pki/tls/certs/ca-bundle.crt or /etc/ssl/certs/ca-certificates.crt.',
        );
      }
      if (facts.fits === 'kubeconfig') {
        return l10n.t('Leave --certificate-authority out: the kubeconfig’s authority verifies it.');
      }
      return facts.issuer
        ? l10n.t('Give the certificate of {0} with --certificate-authority.', facts.issuer)
        : l10n.t('Give the authority that signed it with --certificate-authority.');
    case 'useClusterAuthority':
      return facts.subjects
        ? l10n.t(
            'Save the authority that the cluster publishes ({0}), and give that file with --certificate-authority.',
            facts.subjects,
          )
        : l10n.t(
            'Save the authority that the cluster publishes, and give that file with --certificate-authority.',
          );
    case 'useRoute':
      return facts.address
        ? l10n.t('Use the registry’s route: --registry-url {0}', facts.address)
        : l10n.t('Look for a route to the registry, and give its host with --registry-url.');
    case 'exposeRoute':
      return l10n.t(
        'Have the registry exposed by its default route. Whoever has a token can then reach it from outside.',
      );
    case 'useTunnel':
      if (facts.itself) {
        return l10n.t(
          'Nothing has to be done for a prune: it goes through a tunnel to the registry’s pod (port-forward) by itself.',
        );
      }
      if (facts.given) {
        return l10n.t(
          'Connect by port-forward: leave --registry-url out, and a tunnel to the registry’s pod is used by itself.',
        );
      }
      return facts.address
        ? l10n.t(
            'Connect by port-forward, through a tunnel to the registry’s pod: --registry-url {0}',
            facts.address,
          )
        : l10n.t('Go through a tunnel to the registry’s pod (port-forward).');
    case 'runInCluster':
      return l10n.t('Run it where the address can be reached, such as in a pod of the cluster.');
    case 'useServedName':
      return facts.nearest
        ? l10n.t('Use a name that is in the certificate: --registry-url {0}', facts.nearest)
        : l10n.t('Use a name that is in the certificate with --registry-url.');
    case 'renewCertificate':
      return l10n.t('Have the registry’s certificate issued anew.');
    case 'serveIntermediates':
      return facts.issuer
        ? l10n.t('Have the server send the certificate of {0} behind its own.', facts.issuer)
        : l10n.t('Have the server send its intermediate certificates behind its own.');
    case 'secureRegistry':
      return l10n.t('Secure the registry, with TLS 1.2 or later and a certificate for its name.');
    case 'setClock':
      return facts.whose === 'registry'
        ? l10n.t('Set the clock of the registry’s node.')
        : l10n.t('Check this machine’s clock, and set it where it is wrong.');
    case 'login':
      return l10n.t('Log in again, so that there is a token that is valid.');
    case 'useServiceAccount':
      return facts.account
        ? l10n.t(
            'Let a ServiceAccount that may prune speak to the registry: --as-service-account {0}',
            facts.account,
          )
        : l10n.t('Let a ServiceAccount that may prune speak to the registry, with --as-service-account.');
    case 'grantPruner':
      return facts.user
        ? l10n.t('Have an administrator give {0} the role system:image-pruner.', facts.user)
        : l10n.t('Have an administrator give the role system:image-pruner.');
    case 'enableDeletion':
      return l10n.t('Enable deletion in the registry’s configuration.');
    case 'checkRegistryPods':
      return l10n.t('See whether the registry’s pods are running and ready.');
    case 'checkProxy':
      return facts.proxy
        ? l10n.t('Check the proxy {0}: HTTPS_PROXY, HTTP_PROXY, and its user name and password.', facts.proxy)
        : l10n.t('Check what stands in between, such as a firewall or a proxy.');
    case 'setNoProxy':
      return facts.host
        ? l10n.t('Go past the proxy, where {0} can be reached without: list it in NO_PROXY.', facts.host)
        : l10n.t('Go past the proxy, where the registry can be reached without: list it in NO_PROXY.');
    case 'correctAddress':
      if (facts.missing) return l10n.t('Give the registry’s address with --registry-url.');
      if (facts.works) {
        return l10n.t(
          'Leave --registry-url out: the registry answers at {0}, which the cluster names.',
          facts.works,
        );
      }
      return facts.other
        ? l10n.t('Give another address, at which the registry can be reached from here, with --registry-url.')
        : l10n.t('Check the address and the port that --registry-url gives.');
    case 'useHttps':
      return facts.address
        ? l10n.t('Ask for TLS: --registry-url {0}', facts.address)
        : l10n.t('Ask for TLS: put https:// in front of the address.');
    case 'apiObjectsOnly':
      return l10n.t(
        'Prune only API objects, with --prune-registry=false. The data in the registry then takes a hard prune.',
      );
    case 'forceInsecure':
      return insecureInWords(facts);
    case 'retry':
      return l10n.t('Try again.');
    case 'askForHelp':
      return l10n.t('Show this to somebody who knows the network and the cluster.');
  }
}

function insecureInWords({ withoutFile, withoutScheme }: Facts): string {
  const way = l10n.t(
    'Only as a workaround: --force-insecure. Nobody then knows who answers, and over HTTP everybody can read the token.',
  );
  return sentences(
    way,
    withoutFile && l10n.t('Leave --certificate-authority out with it.'),
    withoutScheme && l10n.t('Leave https:// out of the address where it speaks HTTP.'),
  );
}

/** The rule of the documentation that a finding comes from; empty where it comes from none. */
export function ruleInWords(rule: DocumentedRule): string {
  switch (rule) {
    case 'secureByDefault':
      return l10n.t('A secure connection is preferred and tried first, with full verification.');
    case 'insecureFallback':
      return l10n.t(
        'An insecure connection is only made where no certificate authority is given, and the user, the address or the kubeconfig allows it.',
      );
    case 'otherAuthority':
      return l10n.t(
        'A registry that is secured by another authority than the cluster’s must be given its own with --certificate-authority.',
      );
    case 'insecureRegistry':
      return l10n.t(
        'Secure client, insecure registry: it is best to secure the registry; otherwise an insecure connection can be forced.',
      );
    case 'secureRegistryInsecureClient':
      return l10n.t(
        'Insecure client, secure registry: the registry’s authority differs from the one that the client verifies with. Give the right one.',
      );
    case 'wrongAuthority':
      return l10n.t(
        'Wrong authority: give the right one with --certificate-authority. Forcing an insecure connection is a workaround only.',
      );
    case 'needsToken':
      return l10n.t('The registry takes the API token of the user as a password: a token is needed.');
    case 'needsPruner':
      return l10n.t('Pruning takes the cluster role system:image-pruner, or a greater one.');
    case 'needsRoute':
      return l10n.t('From outside the cluster the registry needs a route; none exists by default.');
    case null:
      return '';
  }
}
