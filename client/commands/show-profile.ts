import { ProfileRequest } from '../../shared/learning-protocol.ts';
import { profilePage } from '../../shared/profile-page.ts';
import type { ClientContext } from '../context.ts';

/** Shows what was learned of the user. */
export async function showProfile(context: ClientContext): Promise<void> {
  const profile = await context.daemon.client.sendRequest(ProfileRequest.type);
  await context.reports.show('My Profile', profilePage(profile));
}
