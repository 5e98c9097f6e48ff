/** What a line of a view shows and does. Plain data: made from what is known, shown by the view. */
export interface TreeRow {
  /** The same for the same thing after a refresh, so that what is open stays open. */
  id: string;
  /** A codicon. */
  icon: string;
  /** How the icon is coloured; the words say the same. */
  mood?: 'good' | 'warning' | 'bad';
  label: string;
  description?: string;
  /** Several lines. Where absent: label and description. */
  tooltip?: string;
  /** What package.json offers actions by. */
  kind?: string;
  /** What a click does. */
  command?: { id: string; arguments?: readonly unknown[] };
  children?: readonly TreeRow[];
  /** Whether the children are shown at first. */
  open?: boolean;
}
