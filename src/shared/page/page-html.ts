/** Where a page's files are, as the webview addresses them. */
export interface PageFiles {
  script: string;
  style: string;
  /** `webview.cspSource`: where style sheets and fonts may come from. */
  cspSource: string;
  /** Another one for every page: only scripts that carry it run. */
  nonce: string;
  /** Likewise for style elements. The toolkit adds one to find out what it may use, and looks for this in the document. */
  styleNonce: string;
  /** `vscode.env.language`. */
  language: string;
  title: string;
}

/** What a page may load: its own script, style sheet and icon font, and nothing else. */
export function contentSecurityPolicy({
  cspSource,
  nonce,
  styleNonce,
}: Pick<PageFiles, 'cspSource' | 'nonce' | 'styleNonce'>): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${styleNonce}'`,
    `font-src ${cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** The document of a page. Everything in it is drawn by its script. */
export function pageHtml(files: PageFiles): string {
  const { script, style, nonce, styleNonce, language, title } = files;
  return `<!doctype html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(contentSecurityPolicy(files))}">
<meta property="csp-nonce" content="${escaped(styleNonce)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="${escaped(style)}">
</head>
<body>
<div id="page"></div>
<script nonce="${escaped(nonce)}" src="${escaped(script)}"></script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
