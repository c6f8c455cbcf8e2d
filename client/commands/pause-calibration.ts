import { window } from 'vscode';
import {
  CalibrationRequest,
  PauseCalibrationNotification,
} from '../../shared/learning-protocol.ts';
import type { ClientContext } from '../context.ts';

/** Holds the calibration under way, or goes on with it. */
export async function pauseCalibration({ daemon: { client } }: ClientContext): Promise<void> {
  const progress = await client.sendRequest(CalibrationRequest.type);
  if (!progress) {
    void window.showInformationMessage('No calibration is under way.');
    return;
  }
  const paused = progress.state !== 'paused';
  await client.sendNotification(PauseCalibrationNotification.type, { paused });
}
