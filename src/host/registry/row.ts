/** What a line of the Registry view shows and does. Plain data: made from a report, shown by the view. */
export interface RegistryRow {
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
  kind?: 'problem' | 'address' | 'noRoute' | 'deployment' | 'owed';
  /** What a click does. */
  command?: { id: string; arguments?: readonly unknown[] };
  children?: readonly RegistryRow[];
  /** Whether the children are shown at first. */
  open?: boolean;
}

/** What a line that can be copied hands to the command that copies. */
export interface Copied {
  copies: string;
}
