/** The status of an answer that an API server refused with; undefined for any other error. Told by what it carries. */
export function answerStatus(error: unknown): number | undefined {
  const status: unknown = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' ? status : undefined;
}
