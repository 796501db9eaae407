// Where articles differ: what stands side by side, and which claims are left for the list below.

import TEXTS from "./texts.js";

/** As rag/render/outline.py has it; a test holds the two against each other. */
export function differing({ sides, claims }) {
  const whole = ({ text, n }) => claims.find((one) => one.text === text && one.citations.some((cited) => cited.n === n));
  const dates = sides.map(({ date }) => date);
  const byDate = dates.length > 1 && dates.every((date, at) => date && (!at || date <= dates[at - 1]));
  const shown = sides.map((side) => ({ ...side, numbers: whole(side)?.citations.map(({ n }) => n) ?? [side.n] }));
  const left = claims.filter((claim) => !sides.some((side) => whole(side) === claim));
  return { heading: !sides.length ? "" : byDate ? TEXTS.DIFFER_BY_DATE : TEXTS.DIFFER, sides: shown, claims: left };
}
