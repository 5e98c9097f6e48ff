/**
 * A README as the package carries it. The editor shows no pictures from a package and follows no links into it, and there
 * is no public repository that they could point to: pictures are left out, and links to files become their words.
 */
export function packageReadme(readme: string): string {
  return readme
    .replaceAll(/^!\[[^\]]*\]\([^)]*\)\n\n?/gm, '')
    .replaceAll(/\[([^\]]+)\]\((?!https?:|#)[^)]*\)/g, '$1');
}
