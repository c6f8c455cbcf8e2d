/** The presets' dots in the chart, in their order. */
function points(): Element[] {
  return [...document.querySelectorAll('.frontier [data-point]:not([data-point=""])')];
}

/** The preset whose dot is nearest to a place in the window, as its index; null where no chart is shown. */
export function nearestPoint(clientX: number, clientY: number): number | null {
  const distances = points().map((point) => {
    const { left, top, width, height } = point.getBoundingClientRect();
    return Math.hypot(left + width / 2 - clientX, top + height / 2 - clientY);
  });
  return distances.length === 0 ? null : distances.indexOf(Math.min(...distances));
}

/** Moves the mark of the point in force onto a preset's dot. */
export function showChosen(preset: string): void {
  const dot = points().find((point) => point.getAttribute('data-point') === preset);
  const yours = document.querySelector('.frontier .yours');
  if (!dot || !yours) return;
  for (const name of ['cx', 'cy']) yours.setAttribute(name, dot.getAttribute(name) ?? '0');
}
