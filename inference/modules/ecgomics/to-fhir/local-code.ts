/** Code of a feature in his-bundle-concepts: 'qt.fridericia' is 'ecg-qt-fridericia' (fsh/codes/ecg-features.fsh). */
export const localCode = (id: string): string => `ecg-${id.replaceAll('.', '-')}`
