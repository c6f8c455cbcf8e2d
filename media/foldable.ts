import { html, type Html } from './html.ts';

/** A wide card; where it has nothing to tell yet it is folded to its title. */
export function foldable(
  { id, title, said }: { readonly id: string; readonly title: string; readonly said: string },
  isEmpty: boolean,
  body: Html,
): Html {
  const heading = html`<h2 id="${id}">${title} <span class="quiet">${said}</span></h2>`;
  return html`<section class="card wide" aria-labelledby="${id}">
    ${
      isEmpty
        ? html`<details id="${id}-folded">
            <summary>${heading}</summary>
            ${body}
          </details>`
        : html`${heading} ${body}`
    }
  </section>`;
}
