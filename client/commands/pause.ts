import { window } from 'vscode';
import { PauseNotification } from '../../shared/protocol.ts';
import type { ClientContext } from '../context.ts';

const MINUTE = 60_000;

/** Asks for how long to pause; where it is paused already, goes on. */
export async function pause(context: ClientContext): Promise<void> {
  const isPaused = context.statusBar.status?.state === 'paused';
  const minutes = isPaused ? 0 : await askForHowLong();
  if (minutes === undefined) return;
  await context.daemon.client.sendNotification(PauseNotification.type, { minutes });
}

async function askForHowLong(): Promise<number | undefined> {
  const choices = [
    { label: '10 Minutes', minutes: 10 },
    { label: '1 Hour', minutes: 60 },
    { label: 'Until Tomorrow', minutes: minutesToTomorrow(new Date()) },
  ];
  const choice = await window.showQuickPick(choices, {
    title: 'Shortstop: Pause',
    placeHolder: 'Nothing is suggested while you type, in this window; commands are still answered',
  });
  return choice?.minutes;
}

/** To the next local midnight. */
function minutesToTomorrow(now: Date): number {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
  return Math.ceil((midnight.getTime() - now.getTime()) / MINUTE);
}
