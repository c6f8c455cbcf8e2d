export interface PageParts {
  readonly scriptUri: string;
  readonly styleUri: string;
  /** The webview's own origin, for `style-src`. */
  readonly cspSource: string;
  /** Random, new for each page. */
  readonly nonce: string;
}

/** The panel's page: nothing may load but our script and our style sheet. */
export function panelPage({ scriptUri, styleUri, cspSource, nonce }: PageParts): string {
  const policy = `default-src 'none'; style-src ${cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${styleUri}">
<title>Shortstop: Savings</title>
</head>
<body>
<main id="panel"><p class="quiet">Reading the figures…</p></main>
<script nonce="${nonce}" src="${scriptUri}"></script>
</body>
</html>
`;
}
