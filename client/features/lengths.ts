import type { Settings } from '../../shared/settings.ts';

/** From short to long. */
export const LENGTHS: Readonly<
  Record<Settings['multiLine'], { readonly label: string; readonly detail: string }>
> = {
  never: { label: '▪ The Rest of the Line', detail: 'Never more than one line.' },
  auto: {
    label: '▪▪ A Block Where One Begins',
    detail: 'Several lines behind an opener or on an empty line, else the rest of the line.',
  },
  always: {
    label: '▪▪▪ Several Lines',
    detail: 'Wherever the model goes on sensibly.',
  },
};
