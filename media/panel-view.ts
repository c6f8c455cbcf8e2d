import { formatCount } from '../shared/figures.ts';
import { PANEL_WINDOWS, type PanelWindow, type ToPanel } from '../shared/panel-protocol.ts';
import { budgetSection } from './budget-section.ts';
import { comparedSection } from './compared-section.ts';
import { costSection } from './cost-section.ts';
import {
  latencySection,
  modelsSection,
  requestsSection,
  stopReasonsSection,
} from './detail-sections.ts';
import { daysSection } from './days-section.ts';
import { experimentSection } from './experiment-section.ts';
import { html, type Html } from './html.ts';
import { profileSection } from './profile-section.ts';
import { recentSection } from './recent-section.ts';
import { matchesSection, outcomesSection } from './outcome-section.ts';
import { frontierSection } from './frontier-section.ts';
import { lengthSection } from './length-section.ts';
import { savingsSection } from './savings-section.ts';

const WINDOW_NAMES: Readonly<Record<PanelWindow, string>> = {
  today: 'Today',
  '7 days': '7 days',
  '30 days': '30 days',
  all: 'All',
};

/** What the panel shows for a message of the extension: HTML in which all text is escaped. */
export function panelHtml(message: ToPanel): string {
  return (message.tag === 'stats' ? figures(message) : unavailable(message.problem)).text;
}

function figures({ stats, window, settings, learned }: Extract<ToPanel, { tag: 'stats' }>): Html {
  return html`${header(window)} ${stats.simulated > 0 ? simulatedBanner(stats.simulated) : ''}
    <div class="cards">
      ${savingsSection(stats, settings.model)} ${daysSection(stats)}
      ${frontierSection(stats, settings)} ${matchesSection(stats)} ${lengthSection(stats, settings)}
      ${experimentSection(stats)} ${budgetSection(stats)} ${costSection(stats)}
      ${outcomesSection(stats)} ${stopReasonsSection(stats)} ${requestsSection(stats)}
      ${latencySection(stats)} ${modelsSection(stats)} ${profileSection(learned)}
      ${comparedSection(learned, settings.model)} ${recentSection(stats)}
    </div>
    ${footer(stats.rule)}`;
}

function header(chosen: PanelWindow): Html {
  const choices = PANEL_WINDOWS.map(
    (name) =>
      html`<button
        type="button"
        id="window-${name.replace(' ', '-')}"
        data-window="${name}"
        aria-pressed="${String(name === chosen)}"
      >
        ${WINDOW_NAMES[name]}
      </button>`,
  );
  return html`<header>
    <h1>Savings</h1>
    <div class="windows" role="group" aria-label="Time shown">${choices}</div>
  </header>`;
}

function simulatedBanner(episodes: number): Html {
  return html`<p class="banner" role="note">
    <strong>Simulated.</strong> ${formatCount(episodes)}
    ${episodes === 1 ? 'episode was' : 'episodes were'} recorded by a simulated user: these figures
    say how the program works, not how you work with it.
  </p>`;
}

function footer(rule: string | undefined): Html {
  const stopping = rule === undefined ? '' : `Stopping: ${rule}. `;
  return html`<footer>
    <p class="note">${stopping}All of this stays on this machine.</p>
    <div>
      <span class="saves" role="group" aria-label="Save these figures">
        <span class="quiet" aria-hidden="true">Save as</span>
        <button type="button" id="save-png" data-save="png">PNG</button
        ><button type="button" id="save-csv" data-save="csv">CSV</button
        ><button type="button" id="save-json" data-save="json">JSON</button></span
      ><button type="button" id="run-export" data-run="export">Export My Data…</button
      ><button type="button" id="run-delete" data-run="delete">Delete My Data…</button
      ><button type="button" id="run-doctor" data-run="doctor">Doctor</button>
    </div>
  </footer>`;
}

function unavailable(problem: string): Html {
  return html`<header><h1>Savings</h1></header>
    <div class="banner" role="alert">
      <p><strong>No figures at the moment.</strong> ${problem}</p>
      <button type="button" id="run-doctor" data-run="doctor">Doctor</button>
    </div>`;
}
