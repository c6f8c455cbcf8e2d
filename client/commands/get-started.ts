import { openWalkthrough } from '../features/first-run.ts';

export async function getStarted(): Promise<void> {
  await openWalkthrough();
}
