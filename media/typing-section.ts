import { formatCount } from '../shared/figures.ts';
import type { Stats } from '../shared/stats.ts';
import { html, type Html } from './html.ts';

/** What did not have to be typed. */
export function typingSection({ typing }: Stats): Html {
  const { acceptedChars, accepts, keptChars, stretches } = typing;
  return html`<section class="card" aria-labelledby="typing">
    <h2 id="typing">Not typed by hand</h2>
    <div class="figure">
      <span class="big">${formatCount(acceptedChars)}</span
      ><span class="quiet"
        >characters came by accepting, ${formatCount(accepts)}
        ${accepts === 1 ? 'suggestion' : 'suggestions'} as a whole</span
      >
    </div>
    <p class="note">
      In ${formatCount(stretches)} settled ${stretches === 1 ? 'stretch' : 'stretches'} of typing
      with a suggestion, ${formatCount(keptChars)} characters were kept in all.
    </p>
  </section>`;
}
