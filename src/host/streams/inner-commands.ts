/** What items of the view do when they are clicked: nothing for the palette, so package.json doesn't know them. */
export const INNER_COMMANDS = {
  showMore: 'imageHygiene.streams.showMore',
  retry: 'imageHygiene.streams.retry',
} as const;
