// What a page and its host say to each other: requests of the page, each answered or rejected, and events of the host.
// Every page has a protocol of its own, beside its view; this is what they have in common.

/** What a page can ask, by name, and what its host tells of its own accord. */
export interface Protocol {
  requests: CommonRequests<unknown>;
  events: CommonEvents<unknown>;
}

export interface CommonRequests<View> {
  /** The page has been loaded, for the first time or again. */
  ready: { ask: null; answer: Hello<View> };
  copy: { ask: { text: string }; answer: null };
}

export interface CommonEvents<View> {
  /** The page is to show this from now on. */
  view: View;
}

/** What a page needs before it can draw anything. */
export interface Hello<View> {
  /** `vscode.l10n.bundle`: English text to the user's language; null for English. */
  words: Readonly<Record<string, string>> | null;
  view: View;
}

export type RequestName<P extends Protocol> = keyof P['requests'] & string;
export type EventName<P extends Protocol> = keyof P['events'] & string;

/** What belongs to a request. */
export type Ask<P extends Protocol, Name extends RequestName<P>> = P['requests'][Name] extends {
  ask: infer What;
}
  ? What
  : never;

/** What the host answers to it. */
export type Answer<P extends Protocol, Name extends RequestName<P>> = P['requests'][Name] extends {
  answer: infer What;
}
  ? What
  : never;

/** What a page shows. */
export type ViewOf<P extends Protocol> = P['events']['view'];

/** A request on its way; `id` is the page's own. */
export type Request<P extends Protocol> = {
  [Name in RequestName<P>]: { kind: 'request'; id: string; name: Name; ask: Ask<P, Name> };
}[RequestName<P>];

/** Something the host tells of its own accord, on its way. */
export type EventMessage<P extends Protocol> = {
  [Name in EventName<P>]: { kind: 'event'; name: Name; data: P['events'][Name] };
}[EventName<P>];

/** What comes from the host. */
export type HostMessage<P extends Protocol> =
  | { kind: 'answer'; id: string; answer: unknown }
  | { kind: 'failure'; id: string; message: string }
  | EventMessage<P>;

/** One function for every request. What it throws, or rejects with, is what the page hears. */
export type Handlers<P extends Protocol> = {
  [Name in RequestName<P>]: (ask: Ask<P, Name>) => Answer<P, Name> | Promise<Answer<P, Name>>;
};

/** The requests that a page has of its own. The others every page's panel answers. */
export type OwnHandlers<P extends Protocol> = Omit<Handlers<P>, keyof CommonRequests<unknown>>;
