/** One end of the connection between a page and its host. Messages are copied: plain JSON only. */
export interface Channel {
  post(message: unknown): void;
  /** @returns a function that stops listening */
  onMessage(listener: (message: unknown) => void): () => void;
}
