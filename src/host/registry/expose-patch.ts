/** What makes the registry's operator expose it: a merge patch (REFERENCE section 4). */
export const EXPOSE_PATCH = { spec: { defaultRoute: true } } as const;
