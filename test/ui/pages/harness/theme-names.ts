/** The themes that VS Code comes up with. */
export const THEMES = ['dark', 'light', 'hc-dark', 'hc-light'] as const;
export type ThemeName = (typeof THEMES)[number];

/** What VS Code tells a webview about a theme: custom properties, and the classes of the body. */
export interface Theme {
  /** As in `data-vscode-theme-kind`. */
  kind: string;
  classes: string;
  properties: Readonly<Record<string, string>>;
}
