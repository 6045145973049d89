/** Which of lower case, upper case and digit a code unit is; 0 for anything else. */
export function kindOf(unit: number): 0 | 1 | 2 | 3 {
  if (unit >= 97 && unit <= 122) return 1;
  if (unit >= 65 && unit <= 90) return 2;
  return unit >= 48 && unit <= 57 ? 3 : 0;
}

/** True for ASCII letters and digits. */
export function isWordUnit(unit: number): boolean {
  return kindOf(unit) !== 0;
}

export function isHexUnit(unit: number): boolean {
  return (unit >= 48 && unit <= 57) || (unit >= 97 && unit <= 102) || (unit >= 65 && unit <= 70);
}

export function isDigitUnit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}
