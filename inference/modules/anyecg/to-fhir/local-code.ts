/** Code of a shipped label in his-bundle-concepts: 'COPD' is 'anyecg-copd' (fsh/codes/anyecg-conditions.fsh). */
export const localCode = (key: string): string => `anyecg-${key.toLowerCase().replaceAll(/[^a-z0-9.-]/g, '-')}`
