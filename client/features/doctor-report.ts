import type { DoctorCheck } from '../../shared/protocol.ts';
import { escapeMarkdown } from './markdown.ts';

/** In one sentence. */
export function verdictOf(checks: readonly DoctorCheck[]): string {
  const wrong = checks.filter(({ ok }) => !ok).length;
  return wrong === 0
    ? 'Everything that was checked is in order.'
    : `${wrong} of ${checks.length} checks found something wrong.`;
}

/** The doctor's findings as a Markdown page: what is wrong first, each finding once. */
export function doctorMarkdown(
  checks: readonly DoctorCheck[],
  facts: { readonly editor: string; readonly host: string; readonly remote: string },
): string {
  const wrong = checks.filter(({ ok }) => !ok);
  return [
    '# Shortstop: Doctor',
    '',
    verdictOf(checks),
    '',
    ...wrong.flatMap(({ name, detail, advice }) => [
      `- **${name}**: ${line(detail)}`,
      ...(advice === undefined ? [] : ['', `  ${withLinks(advice)}`]),
    ]),
    ...(wrong.length > 0 ? [''] : []),
    '| | check | finding |',
    '|---|---|---|',
    ...checks.map(
      ({ name, ok, detail }) =>
        `| ${ok ? 'ok' : '**no**'} | ${name} | ${ok ? line(detail) : 'see above'} |`,
    ),
    `| | editor | ${line(facts.editor)} |`,
    `| | extension host | ${line(facts.host)} |`,
    `| | remote | ${line(facts.remote)} |`,
    '',
  ].join('\n');
}

/** As it reads, on one line. */
function line(text: string): string {
  return escapeMarkdown(text.replace(/\s*\n\s*/g, ' '));
}

function withLinks(text: string): string {
  return text
    .split(/(https:\/\/\S+)/)
    .map((part, index) => (index % 2 === 1 ? `<${part}>` : line(part)))
    .join('');
}
