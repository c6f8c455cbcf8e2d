/** A slider over named values: `data-values` has their names, `data-words` what is said of each, both between `|`. */
export function isSlider(target: unknown): target is HTMLInputElement {
  return target instanceof HTMLInputElement && target.dataset['set'] !== undefined;
}

/** The value that a slider stands at. */
export function chosenBy(slider: HTMLInputElement): string {
  return listed(slider, 'values')[Number(slider.value)] ?? '';
}

/** Says what the slider stands at, beside it and to who can't see that. */
export function showWords(slider: HTMLInputElement): void {
  const words = listed(slider, 'words')[Number(slider.value)] ?? '';
  slider.setAttribute('aria-valuetext', words);
  const beside = document.getElementById(slider.dataset['wordsIn'] ?? '');
  if (beside) beside.textContent = words;
}

function listed(slider: HTMLInputElement, name: 'values' | 'words'): string[] {
  return (slider.dataset[name] ?? '').split('|');
}
