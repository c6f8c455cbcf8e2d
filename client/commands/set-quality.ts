import { window } from 'vscode';
import { ProfileRequest } from '../../shared/learning-protocol.ts';
import type { PresetReading } from '../../shared/learned.ts';
import { settingsFor, writeSettingFor } from '../config.ts';
import type { ClientContext } from '../context.ts';
import { pickFrom } from '../features/pick.ts';
import { groundsOf, presetSteps } from '../features/preset-steps.ts';

/** The presets from quality to savings, each with what it costs and keeps. */
export async function setQuality(context: ClientContext): Promise<void> {
  const document = window.activeTextEditor?.document;
  const now = settingsFor(document).stopping.preset;
  const readings = await readingsOf(context);
  const items = presetSteps(now, readings).map((step) => ({
    ...step,
    description: step.preset === now ? 'now' : '',
  }));
  const choice = await pickFrom(items, {
    title: 'Shortstop: Quality or Savings',
    placeholder: groundsOf(readings),
    active: items.find(({ preset }) => preset === now),
  });
  if (!choice || choice.preset === now) return;
  await writeSettingFor(document, 'stopping.preset', choice.preset);
}

/** None while the daemon or its database can't be asked: the presets can be chosen all the same. */
async function readingsOf({ daemon, log }: ClientContext): Promise<readonly PresetReading[]> {
  try {
    return (await daemon.client.sendRequest(ProfileRequest.type)).presets;
  } catch (error) {
    log.debug('no figures for the presets', String(error));
    return [];
  }
}
