import { profileWords, type ContextWords } from '../shared/profile-page.ts';
import type { Learned } from '../shared/panel-protocol.ts';
import { foldable } from './foldable.ts';
import { html, type Html } from './html.ts';
import { stackingTable } from './stacking-table.ts';

/** Those with most labels; all of them are on the page of the command. */
const MOST_CONTEXTS = 8;

/** What was learned of the user, in words. */
export function profileSection({ profile }: Learned): Html {
  if (!profile) return html``;
  const { general, contexts } = profileWords(profile);
  const isEmpty = profile.workspaces === 0 && !profile.refit;
  const said = isEmpty ? 'nothing yet' : '';
  return foldable(
    { id: 'profile', title: 'What was learned of you', said },
    isEmpty,
    html`${general.map((sentence) => html`<p class="sentence">${sentence}</p>`)}
      ${contexts.length > 0 ? table(contexts) : ''}
      <button type="button" id="run-profile" data-run="profile">Show My Profile</button>`,
  );
}

function table(contexts: readonly ContextWords[]): Html {
  return stackingTable(
    [
      { title: 'Where' },
      { title: 'A text ends' },
      { title: 'Learned from' },
      { title: 'Gain over one pair of thresholds for all' },
    ],
    contexts
      .slice(0, MOST_CONTEXTS)
      .map(({ place, thresholds, labels, gain }) => [place, thresholds, labels, gain]),
  );
}
