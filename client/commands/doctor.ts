import { env, version, window } from 'vscode';
import { DoctorRequest, type DoctorCheck } from '../../shared/protocol.ts';
import type { ClientContext } from '../context.ts';
import { findConflicts } from '../features/conflicts.ts';
import { doctorMarkdown, verdictOf } from '../features/doctor-report.ts';

/** Shows a report, and offers it as text for a bug report. */
export async function doctor(context: ClientContext): Promise<void> {
  const checks = [...editorChecks(), ...(await daemonChecks(context))];
  const content = doctorMarkdown(checks, {
    editor: `${env.appName} ${version}`,
    host: `${process.platform} ${process.arch}, Node ${process.versions.node}`,
    remote: env.remoteName ?? 'local',
  });
  await context.reports.show('Doctor', content);
  const copy = 'Copy for a Bug Report';
  const picked = await window.showInformationMessage(`Shortstop: ${verdictOf(checks)}`, copy);
  if (picked === copy) await env.clipboard.writeText(content);
}

async function daemonChecks(context: ClientContext): Promise<readonly DoctorCheck[]> {
  try {
    return (await context.daemon.client.sendRequest(DoctorRequest.type)).checks;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const advice = 'Run "Shortstop: Restart Daemon"; "Shortstop: Show Log" says why it ended.';
    return [{ name: 'daemon', ok: false, detail, advice }];
  }
}

function editorChecks(): DoctorCheck[] {
  const { inlineSuggestOff, others } = findConflicts();
  const names = others.map(({ name }) => name).join(', ');
  return [
    inlineSuggestOff
      ? {
          name: 'inline suggestions',
          ok: false,
          detail: 'editor.inlineSuggest.enabled is off',
          advice: 'Switch it on in the settings: completions show nowhere else.',
        }
      : { name: 'inline suggestions', ok: true, detail: 'editor.inlineSuggest.enabled is on' },
    others.length > 0
      ? {
          name: 'other completion extensions',
          ok: false,
          detail: `active: ${names}`,
          advice: 'Disable them in this workspace, or expect two kinds of suggestions.',
        }
      : { name: 'other completion extensions', ok: true, detail: 'none known is active' },
  ];
}
