/** Plain text as Markdown that reads as it stands; VS Code's own `appendText` forbids line breaks. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-!<>|~&]/g, '\\$&');
}
