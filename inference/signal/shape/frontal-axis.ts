/**
 * Electrical axis in the frontal plane from net areas of two leads: 0 deg points to the left arm, +90 deg to the feet.
 * The augmented lead aVF is 0.87 of the heart vector's downward part where I is all of its leftward part, hence the factor
 * 2/sqrt(3) (Einthoven's triangle with Goldberger's leads; mean axis from net areas: Surawicz B et al. 2009, AHA/ACCF/HRS part
 * III, Circulation 119:e235).
 *
 * @param leadI net area of the wave in I, any unit
 * @param aVf net area in aVF, same unit
 * @returns deg, (-180, 180]; NaN when both are zero or not finite
 * @example frontalAxis(1, Math.sqrt(3) / 2) // 45
 */
export function frontalAxis(leadI: number, aVf: number): number {
  const down = (2 * aVf) / Math.sqrt(3)
  if (!Number.isFinite(leadI + down) || (leadI === 0 && down === 0)) return Number.NaN
  return (Math.atan2(down, leadI) * 180) / Math.PI
}

/**
 * Angle between two directions of the frontal plane, 0 to 180 deg (frontal QRS-T angle: Oehler A et al. 2014, Ann
 * Noninvasive Electrocardiol 19:534).
 *
 * @example angleBetween(-170, 170) // 20
 */
export function angleBetween(firstDeg: number, secondDeg: number): number {
  const apart = Math.abs(firstDeg - secondDeg) % 360
  return apart > 180 ? 360 - apart : apart
}

/**
 * Axis in words, adults (Surawicz B et al. 2009, AHA/ACCF/HRS part III, Circulation 119:e235, section on mean QRS axis):
 * normal -30 to 90, left beyond -30 to -90, right beyond 90 to 180, extreme beyond -90 to -180.
 */
export function axisCategory(deg: number): 'normal' | 'left' | 'right' | 'extreme' {
  if (deg >= -30 && deg <= 90) return 'normal'
  if (deg < -30 && deg >= -90) return 'left'
  return deg > 90 ? 'right' : 'extreme'
}
