import { settingsFor, writeSetting } from '../config.ts';

export async function toggle(): Promise<void> {
  await writeSetting('enable', !settingsFor().enable);
}
