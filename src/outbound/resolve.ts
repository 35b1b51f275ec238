import { lookup, Resolver } from 'node:dns/promises';

/**
 * All addresses of a host in their plain text form. `named` says that OUTBOUND_ALLOW names the host. Rejects with an
 * error that has a `code` as those of Node's dns module have.
 */
export type Resolve = (
  hostname: string,
  options: { readonly named: boolean; readonly signal: AbortSignal },
) => Promise<readonly string[]>;

/** Of these another family may still know the host; and nothing else is heard from where both failed so. */
const UNKNOWN_HOST: ReadonlySet<string | undefined> = new Set(['ENODATA', 'ENOTFOUND']);

/**
 * Public names are asked of the name servers by Node itself. `getaddrinfo` would hold one of the four threads that also
 * read and write files, so that four slow names could stop everything; and it would try the search list of the machine.
 * The hosts that the operator names are looked up by it all the same: they may stand in the hosts file.
 */
export function createResolve(servers?: readonly string[]): Resolve {
  return async (hostname, { named, signal }) => {
    if (named) return (await lookup(hostname, { all: true })).map(({ address }) => address);
    const resolver = new Resolver();
    if (servers !== undefined) resolver.setServers(servers);
    const cancel = () => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
      const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
      if (addresses.length === 0) throw worstOf(answers);
      return addresses;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };
}

/** A server that failed counts for more than one that knows nothing: the next attempt may be luckier. */
function worstOf(answers: readonly PromiseSettledResult<unknown>[]): Error {
  const errors = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as Error] : []));
  const worst = errors.find((error) => !isUnknownHost(error)) ?? errors[0];
  return worst ?? Object.assign(new Error('the host has no address'), { code: 'ENODATA' });
}

export function isUnknownHost(error: unknown): boolean {
  return UNKNOWN_HOST.has((error as NodeJS.ErrnoException | null)?.code);
}
