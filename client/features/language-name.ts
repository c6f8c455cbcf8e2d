import { extensions } from 'vscode';

interface Contributing {
  readonly contributes?: {
    readonly languages?: readonly { readonly id: string; readonly aliases?: readonly string[] }[];
  };
}

/** As the extension that contributes the language calls it; its id where none gives a name. */
export function languageName(id: string): string {
  const names = extensions.all
    .flatMap(({ packageJSON }) => (packageJSON as Contributing).contributes?.languages ?? [])
    .filter((language) => language.id === id)
    .map(({ aliases }) => aliases?.[0]);
  return names.find((name) => name !== undefined) ?? id;
}
