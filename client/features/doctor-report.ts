import type { DoctorCheck } from '../../shared/protocol.ts';

/** In one sentence. */
export function verdictOf(checks: readonly DoctorCheck[]): string {
  const wrong = checks.filter(({ ok }) => !ok).length;
  return wrong === 0
    ? 'Everything that was checked is in order.'
    : `${wrong} of ${checks.length} checks found something wrong.`;
}

/** The doctor's findings as a Markdown page: what is wrong first. */
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
      `- **${name}**: ${detail}${advice === undefined || advice === detail ? '' : `  \n  ${advice}`}`,
    ]),
    ...(wrong.length > 0 ? [''] : []),
    '| | check | finding |',
    '|---|---|---|',
    ...checks.map(
      ({ name, ok, detail }) => `| ${ok ? 'ok' : '**no**'} | ${cell(name)} | ${cell(detail)} |`,
    ),
    `| | editor | ${cell(facts.editor)} |`,
    `| | extension host | ${cell(facts.host)} |`,
    `| | remote | ${cell(facts.remote)} |`,
    '',
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ');
}
