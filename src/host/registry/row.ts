import type { TreeRow } from '../tree-row.ts';

/** A line of the Registry view. */
export interface RegistryRow extends TreeRow {
  kind?: 'problem' | 'address' | 'noRoute' | 'deployment' | 'owed';
  children?: readonly RegistryRow[];
}

/** What a line that can be copied hands to the command that copies. */
export interface Copied {
  copies: string;
}
