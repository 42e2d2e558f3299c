import { LOINC, MDC } from '../../../../../fhir-profiles/index.ts'
import type { FeatureDefinition } from '../../types.ts'
import { SOURCE } from './sources.ts'

type Rest = Partial<FeatureDefinition> & { seconds?: number; beats?: number }

const of = (
  id: string,
  name: string,
  definition: string,
  { seconds, beats = 5, ...rest }: Rest = {}
): FeatureDefinition => ({
  id,
  dimension: 'functional',
  name,
  definition,
  reference: SOURCE.taskForce,
  unit: 'ms',
  scope: 'recording',
  decimals: 1,
  needs: { rateHz: 100, beats, ...(seconds ? { seconds } : {}) },
  ...rest
})
const FIVE_MINUTES = { seconds: 300 }
const DAY = { seconds: 72_000 }
const power = { ...FIVE_MINUTES, unit: 'ms2', decimals: 0 }
const ratio = { unit: '1', decimals: 3 }
const NN = 'normal-to-normal intervals'

const RHYTHM: FeatureDefinition[] = [
  of('heart.rate', 'Heart rate', 'Beats per minute from the median RR interval of all beats.', {
    formula: '60000 / median(RR)',
    unit: '/min',
    decimals: 0,
    code: LOINC.heartRateByEkg,
    beats: 2
  }),
  of('rr.mean', 'Mean RR', 'Mean of all RR intervals.', { code: MDC.rrInterval, beats: 2 }),
  of('rr.median', 'Median RR', 'Median of all RR intervals.', { beats: 2 }),
  of('rr.min', 'Shortest RR', 'Shortest RR interval.', { beats: 2 }),
  of('rr.max', 'Longest RR', 'Longest RR interval.', { beats: 2 }),
  of('rr.cv', 'RR variation', 'Standard deviation over mean of all RR intervals.', {
    ...ratio,
    formula: 'SD(RR) / mean(RR)'
  }),
  of('beats.count', 'Beats', 'Beats found.', { unit: '1', decimals: 0, reference: SOURCE.own, beats: 0 }),
  of('beats.supraventricular', 'Supraventricular ectopic beats', 'Early beats of the dominant shape.', {
    unit: '1',
    decimals: 0,
    reference: SOURCE.own,
    beats: 2
  }),
  of('beats.ventricular', 'Ventricular ectopic beats', 'Beats of another, wide shape.', {
    unit: '1',
    decimals: 0,
    reference: SOURCE.own,
    beats: 2
  })
]

const TIME_DOMAIN: FeatureDefinition[] = [
  of('hrv.sdnn', 'SDNN', `Standard deviation of ${NN}.`),
  of('hrv.sdann', 'SDANN', 'Standard deviation of the means of all 5-minute segments.', DAY),
  of('hrv.sdnn-index', 'SDNN index', 'Mean of the standard deviations of all 5-minute segments.', DAY),
  of('hrv.rmssd', 'RMSSD', `Root mean square of differences of successive ${NN}.`),
  of('hrv.sdsd', 'SDSD', `Standard deviation of differences of successive ${NN}.`),
  of('hrv.pnn20', 'pNN20', 'Share of successive differences above 20 ms.', {
    unit: '%',
    reference: 'Mietus JE et al. 2002, Heart 88:378'
  }),
  of('hrv.pnn50', 'pNN50', 'Share of successive differences above 50 ms.', { unit: '%' }),
  of(
    'hrv.triangular-index',
    'HRV triangular index',
    'Number of intervals over the height of their histogram in bins of 1/128 s.',
    {
      ...FIVE_MINUTES,
      unit: '1',
      decimals: 1
    }
  ),
  of('hrv.tinn', 'TINN', 'Base of the triangle fitted to the histogram of intervals.', { ...FIVE_MINUTES, decimals: 0 })
]

const band = (id: string, name: string, range: string, seconds = 300): FeatureDefinition =>
  of(`hrv.${id}`, name, `Power of the intervals' spectrum in ${range} Hz.`, { ...power, seconds })

const FREQUENCY_DOMAIN: FeatureDefinition[] = [
  band('ulf', 'ULF', '0 to 0.003', 72_000),
  band('vlf', 'VLF', '0.003 to 0.04'),
  band('lf', 'LF', '0.04 to 0.15'),
  band('hf', 'HF', '0.15 to 0.4'),
  band('vhf', 'VHF', '0.4 to 0.5'),
  band('total-power', 'Total power', '0 to 0.4'),
  of('hrv.lf-hf', 'LF/HF', 'LF over HF.', { ...FIVE_MINUTES, ...ratio, decimals: 2 }),
  of('hrv.lf-nu', 'LF, normalised', 'LF over LF + HF.', { ...FIVE_MINUTES, unit: '%', formula: '100 LF / (LF + HF)' }),
  of('hrv.hf-nu', 'HF, normalised', 'HF over LF + HF.', { ...FIVE_MINUTES, unit: '%', formula: '100 HF / (LF + HF)' })
]

const poincare = 'Brennan M et al. 2001, IEEE Trans Biomed Eng 48:1342'
const toichi = 'Toichi M et al. 1997, J Auton Nerv Syst 62:79'
const POINCARE: FeatureDefinition[] = [
  of('poincare.sd1', 'SD1', 'Width of the plot of each interval against the one before.', { reference: poincare }),
  of('poincare.sd2', 'SD2', 'Length of the plot of each interval against the one before.', { reference: poincare }),
  of('poincare.sd1-sd2', 'SD1/SD2', 'Width over length of the Poincare plot.', { ...ratio, reference: poincare }),
  of('poincare.csi', 'CSI', 'Cardiac sympathetic index.', { ...ratio, formula: 'SD2 / SD1', reference: toichi }),
  of('poincare.cvi', 'CVI', 'Cardiac vagal index.', { ...ratio, formula: 'log10(16 SD1 SD2)', reference: toichi })
]

const complexity = (
  id: string,
  name: string,
  definition: string,
  reference: string,
  beats: number
): FeatureDefinition => of(id, name, definition, { ...ratio, reference, beats })

const COMPLEXITY: FeatureDefinition[] = [
  complexity(
    'entropy.approximate',
    'Approximate entropy',
    'Of the intervals, m = 2, r = 0.2 SD.',
    'Pincus SM 1991, PNAS 88:2297',
    100
  ),
  complexity(
    'entropy.sample',
    'Sample entropy',
    'Of the intervals, m = 2, r = 0.2 SD.',
    'Richman JS, Moorman JR 2000, Am J Physiol 278:H2039',
    100
  ),
  complexity(
    'entropy.fuzzy',
    'Fuzzy entropy',
    'Of the intervals, m = 2, r = 0.2 SD, soft membership.',
    'Chen W et al. 2007, IEEE Trans Neural Syst Rehabil Eng 15:266',
    100
  ),
  complexity(
    'entropy.shannon',
    'Shannon entropy',
    "Of the intervals' histogram, bits.",
    'Shannon CE 1948, Bell Syst Tech J 27:379',
    100
  ),
  complexity(
    'entropy.multiscale',
    'Multiscale entropy',
    'Mean sample entropy over coarse-graining scales 1 to 5.',
    'Costa M et al. 2002, Phys Rev Lett 89:068102',
    500
  ),
  complexity(
    'dfa.alpha1',
    'DFA alpha1',
    'Detrended fluctuation exponent over 4 to 16 beats.',
    'Peng CK et al. 1995, Chaos 5:82',
    64
  ),
  complexity(
    'dfa.alpha2',
    'DFA alpha2',
    'Detrended fluctuation exponent over 16 to 64 beats.',
    'Peng CK et al. 1995, Chaos 5:82',
    256
  ),
  complexity(
    'fractal.higuchi',
    'Higuchi dimension',
    'Fractal dimension of the series of intervals.',
    'Higuchi T 1988, Physica D 31:277',
    100
  ),
  complexity(
    'fractal.katz',
    'Katz dimension',
    'Fractal dimension of the series of intervals.',
    'Katz MJ 1988, Comput Biol Med 18:145',
    100
  ),
  complexity(
    'complexity.lempel-ziv',
    'Lempel-Ziv complexity',
    'Of the intervals about their median, normalised.',
    'Lempel A, Ziv J 1976, IEEE Trans Inf Theory 22:75; Kaspar F, Schuster HG 1987, Phys Rev A 36:842',
    100
  )
]

const costa = 'Costa MD et al. 2017, Front Physiol 8:255'
const FRAGMENTATION: FeatureDefinition[] = [
  of('fragmentation.pip', 'PIP', 'Share of inflection points of the intervals.', {
    unit: '%',
    reference: costa,
    beats: 64
  }),
  of('fragmentation.ials', 'IALS', 'Inverse of the mean length of acceleration and deceleration runs.', {
    ...ratio,
    reference: costa,
    beats: 64
  }),
  of('fragmentation.pss', 'PSS', 'Share of intervals in short runs (under 3).', {
    unit: '%',
    reference: costa,
    beats: 64
  }),
  of('fragmentation.pas', 'PAS', 'Share of intervals in alternating runs of at least 4.', {
    unit: '%',
    reference: costa,
    beats: 64
  }),
  of('asymmetry.guzik', 'Guzik index', 'Share of the decelerations in the spread about the line of identity.', {
    unit: '%',
    reference: 'Guzik P et al. 2006, Biomed Tech 51:272',
    beats: 64
  }),
  of('asymmetry.porta', 'Porta index', 'Share of accelerations among successive differences.', {
    unit: '%',
    reference: 'Porta A et al. 2008, Am J Physiol 295:R550',
    beats: 64
  }),
  of('asymmetry.slope', 'Slope index', 'Share of the decelerations in the phase angles.', {
    unit: '%',
    reference: 'Karmakar CK et al. 2015, Physiol Meas 36:303',
    beats: 64
  }),
  of('asymmetry.area', 'Area index', 'Share of the decelerations in the sector areas.', {
    unit: '%',
    reference: 'Yan C et al. 2017, Biomed Eng Online 16:112',
    beats: 64
  })
]

const EVENTS: FeatureDefinition[] = [
  of(
    'af.evidence',
    'AF evidence',
    'Irregularity without a pattern in the plot of successive RR differences, per pair: near 1 in fibrillation, negative in sinus rhythm.',
    {
      ...ratio,
      decimals: 2,
      formula: '(cells hit outside the origin - points in the origin - 2 x repeated cells) / pairs',
      reference: 'after Sarkar S et al. 2008, IEEE Trans Biomed Eng 55:1219',
      beats: 20
    }
  ),
  of(
    'turbulence.onset',
    'Turbulence onset',
    'Relative change of RR at once behind ventricular ectopic beats (5 or more).',
    {
      unit: '%',
      decimals: 2,
      formula: '100 ((RR1 + RR2) - (RR-2 + RR-1)) / (RR-2 + RR-1)',
      reference: 'Schmidt G et al. 1999, Lancet 353:1390',
      interval: [{ high: 0, source: 'Schmidt G et al. 1999, Lancet 353:1390' }],
      beats: 21
    }
  ),
  of(
    'turbulence.slope',
    'Turbulence slope',
    'Steepest rise of RR over 5 beats within 15 behind ventricular ectopic beats, ms a beat.',
    {
      decimals: 2,
      reference: 'Schmidt G et al. 1999, Lancet 353:1390',
      interval: [{ low: 2.5, source: 'Schmidt G et al. 1999, Lancet 353:1390' }],
      beats: 21
    }
  ),
  of(
    'deceleration.capacity',
    'Deceleration capacity',
    'Phase-rectified average of the decelerations; the paper used 24 h.',
    {
      ...FIVE_MINUTES,
      decimals: 2,
      formula: '(X0 + X1 - X-1 - X-2) / 4',
      reference: 'Bauer A et al. 2006, Lancet 367:1674'
    }
  ),
  of(
    'acceleration.capacity',
    'Acceleration capacity',
    'Phase-rectified average of the accelerations, negative; the paper used 24 h.',
    {
      ...FIVE_MINUTES,
      decimals: 2,
      formula: '(X0 + X1 - X-1 - X-2) / 4',
      reference: 'Bauer A et al. 2006, Lancet 367:1674'
    }
  ),
  of(
    'respiration.rate',
    'Respiration from the ECG',
    'Breaths per minute from the swing of QRS height and RR; not given where no rate stands out.',
    {
      unit: '/min',
      reference: 'Charlton PH et al. 2018, IEEE Rev Biomed Eng 11:2; Moody GB et al. 1985, Comput Cardiol 12:113',
      seconds: 30,
      beats: 20
    }
  )
]

/** Rhythm and variability of the beats. */
export const FUNCTIONAL: FeatureDefinition[] = [
  ...RHYTHM,
  ...TIME_DOMAIN,
  ...FREQUENCY_DOMAIN,
  ...POINCARE,
  ...COMPLEXITY,
  ...FRAGMENTATION,
  ...EVENTS
]
