/** The extension's command ids: contributed by package.json, named by the daemon's `StatusAction`. */
export const COMMANDS = {
  completeHere: 'shortstop.completeHere',
  ask: 'shortstop.ask',
  cancelAsk: 'shortstop.ask.cancel',
  closeAsk: 'shortstop.ask.close',
  insertCode: 'shortstop.ask.insertCode',
  replaceSelection: 'shortstop.ask.replaceSelection',
  openLink: 'shortstop.ask.openLink',
  toggle: 'shortstop.toggle',
  pause: 'shortstop.pause',
  selectModel: 'shortstop.selectModel',
  /** Argument: the model's name; without it the user is asked. */
  pullModel: 'shortstop.pullModel',
  setBudget: 'shortstop.setBudget',
  openPanel: 'shortstop.openPanel',
  exportData: 'shortstop.exportData',
  deleteData: 'shortstop.deleteData',
  exportLearning: 'shortstop.exportLearning',
  importLearning: 'shortstop.importLearning',
  resetLearning: 'shortstop.resetLearning',
  restartDaemon: 'shortstop.restartDaemon',
  showLog: 'shortstop.showLog',
  doctor: 'shortstop.doctor',
  why: 'shortstop.why',
  /** Argument: the host; without it, that of `shortstop.engine.url`. */
  allowHost: 'shortstop.allowRemoteHost',
  /** Argument: what to search the settings for; without it, all of Shortstop's. */
  openSettings: 'shortstop.openSettings',
  quickMenu: 'shortstop.quickMenu',
} as const;
