import { DEFAULT_SETTINGS, type Settings } from '../shared/settings.ts';

/** What may be given on the command line, and beats what the editor says. */
export interface CommandLine {
  readonly url?: string;
  readonly model?: string;
}

/** The settings in force; of an ensemble the smallest model answers first. */
export function inForce(settings: Settings, { url, model }: CommandLine): Settings {
  const [smallest] = model === undefined ? settings.ensemble.models : [];
  return {
    ...settings,
    ...(smallest !== undefined && { model: smallest }),
    ...(model !== undefined && { model, ensemble: { ...settings.ensemble, models: [] } }),
    ...(url !== undefined && { engine: { ...settings.engine, url } }),
  };
}

/** One sentence for each setting that the editor gave in vain, a default aside. */
export function overruled(asked: Settings, { url, model }: CommandLine): string[] {
  const given = [
    { option: '--model', value: model, setting: 'shortstop.model', of: (s: Settings) => s.model },
    {
      option: '--url',
      value: url,
      setting: 'shortstop.engine.url',
      of: (s: Settings) => s.engine.url,
    },
  ];
  const single = given.flatMap(({ option, value, setting, of }) => {
    const wanted = of(asked);
    if (value === undefined || wanted === value || wanted === of(DEFAULT_SETTINGS)) return [];
    return [inVain(`${option} ${value}`, option, setting, wanted)];
  });
  const { models } = asked.ensemble;
  if (model === undefined || models.length === 0) return single;
  return [
    ...single,
    inVain(`--model ${model}`, '--model', 'shortstop.ensemble.models', models.join(', ')),
  ];
}

function inVain(said: string, option: string, setting: string, wanted: string): string {
  return `The command line says ${said}, so the setting ${setting} (${wanted}) has no effect; start Shortstop without ${option} to use it.`;
}
