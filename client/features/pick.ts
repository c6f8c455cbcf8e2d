import { window, type QuickPickItem } from 'vscode';

interface PickOptions<Item> {
  readonly title: string;
  readonly placeholder: string;
  /** The entry that Enter takes; the first by default. */
  readonly active?: Item | undefined;
}

/** As `showQuickPick`, which always begins with the first entry. */
export function pickFrom<Item extends QuickPickItem>(
  items: readonly Item[],
  { title, placeholder, active }: PickOptions<Item>,
): Promise<Item | undefined> {
  const pick = window.createQuickPick<Item>();
  Object.assign(pick, { title, placeholder, items });
  if (active) pick.activeItems = [active];
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}
