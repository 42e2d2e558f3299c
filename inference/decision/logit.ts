/** Log odds of a probability; -Infinity of 0 and Infinity of 1. `logit(0.2)` = -1.3862943611198906 */
export const logit = (p: number): number => Math.log(p / (1 - p))

/** The probability of log odds. `expit(0)` = 0.5 */
export const expit = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds))
