import { LOINC, MDC } from '../../../../../fhir-profiles/index.ts'
import type { FeatureDefinition } from '../../types.ts'
import { SOURCE } from './sources.ts'

const MEDIAN_BEAT = { beats: 5, rateHz: 250 }

/** Durations of the whole recording, from the global marks of the median beat. */
export const INTERVALS: FeatureDefinition[] = [
  {
    id: 'p.presence',
    dimension: 'structural',
    name: 'P wave',
    definition: 'Whether atrial waves precede the beats: present, absent (fibrillation, flutter, paced) or unclear.',
    reference: SOURCE.own,
    unit: '1',
    scope: 'recording',
    decimals: 0,
    needs: MEDIAN_BEAT
  },
  {
    id: 'p.duration',
    dimension: 'structural',
    name: 'P duration',
    definition: 'Global P onset to global P offset of the median beat.',
    reference: SOURCE.cse,
    unit: 'ms',
    scope: 'recording',
    decimals: 0,
    interval: [{ high: 120, source: 'Surawicz B et al. 2009 and Hancock EW et al. 2009, AHA/ACCF/HRS' }],
    code: MDC.pDuration,
    needs: MEDIAN_BEAT
  },
  {
    id: 'pr.interval',
    dimension: 'structural',
    name: 'PR interval',
    definition: 'Global P onset to global QRS onset of the median beat.',
    reference: SOURCE.cse,
    unit: 'ms',
    scope: 'recording',
    decimals: 0,
    interval: [{ low: 120, high: 200, source: SOURCE.ahaPart3 }],
    code: MDC.prInterval,
    needs: MEDIAN_BEAT
  },
  {
    id: 'pr.segment',
    dimension: 'structural',
    name: 'PR segment',
    definition: 'Global P offset to global QRS onset of the median beat.',
    reference: SOURCE.cse,
    unit: 'ms',
    scope: 'recording',
    decimals: 0,
    needs: MEDIAN_BEAT
  },
  {
    id: 'qrs.duration',
    dimension: 'structural',
    name: 'QRS duration',
    definition: 'Global QRS onset to global QRS offset of the median beat.',
    reference: SOURCE.cse,
    unit: 'ms',
    scope: 'recording',
    decimals: 0,
    interval: [{ high: 110, source: SOURCE.ahaPart3 }],
    code: LOINC.qrsDuration,
    needs: MEDIAN_BEAT
  },
  {
    id: 'qt.interval',
    dimension: 'structural',
    name: 'QT interval',
    definition: 'Global QRS onset to global T offset of the median beat.',
    reference: SOURCE.ahaPart4,
    unit: 'ms',
    scope: 'recording',
    decimals: 0,
    code: LOINC.qtInterval,
    needs: MEDIAN_BEAT
  },
  {
    id: 'jt.interval',
    dimension: 'structural',
    name: 'JT interval',
    definition: 'Global QRS offset (J) to global T offset of the median beat.',
    formula: 'QT - QRS',
    reference: SOURCE.ahaPart4,
    unit: 'ms',
    scope: 'recording',
    decimals: 0,
    needs: MEDIAN_BEAT
  },
  {
    id: 'jt.corrected',
    dimension: 'structural',
    name: 'JTc',
    definition: 'Repolarisation corrected for heart rate and free of QRS duration.',
    formula: 'QTc (Fridericia) - QRS',
    reference: SOURCE.ahaPart4,
    unit: 'ms',
    scope: 'recording',
    decimals: 0,
    needs: MEDIAN_BEAT
  },
  {
    id: 'st.duration',
    dimension: 'structural',
    name: 'ST segment',
    definition: 'Global QRS offset (J) to global T onset of the median beat.',
    reference: SOURCE.cse,
    unit: 'ms',
    scope: 'recording',
    decimals: 0,
    needs: MEDIAN_BEAT
  },
  {
    id: 't.duration',
    dimension: 'structural',
    name: 'T duration',
    definition: 'Global T onset to global T offset of the median beat.',
    reference: SOURCE.cse,
    unit: 'ms',
    scope: 'recording',
    decimals: 0,
    needs: MEDIAN_BEAT
  },
  {
    id: 't.peak-end',
    dimension: 'structural',
    name: 'Tpeak-Tend',
    definition: 'T peak to T offset, median over the leads of the median beat.',
    reference: 'Antzelevitch C et al. 2007, Heart Rhythm 4:1114',
    unit: 'ms',
    scope: 'recording',
    decimals: 0,
    needs: MEDIAN_BEAT
  },
  {
    id: 't.peak-end.qt',
    dimension: 'structural',
    name: 'Tpeak-Tend / QT',
    definition: 'Share of the QT interval that follows the T peak.',
    formula: 'Tpeak-Tend / QT',
    reference: 'Gupta P et al. 2008, J Electrocardiol 41:567',
    unit: '1',
    scope: 'recording',
    decimals: 3,
    needs: MEDIAN_BEAT
  },
  {
    id: 'qt.dispersion',
    dimension: 'structural',
    name: 'QT dispersion',
    definition: 'Longest minus shortest QT over at least 8 leads of the median beat.',
    formula: 'max(QT of lead) - min(QT of lead)',
    reference:
      'Day CP et al. 1990, Br Heart J 63:342; limits of use: Malik M, Batchvarov VN 2000, J Am Coll Cardiol 36:1749',
    unit: 'ms',
    scope: 'recording',
    decimals: 0,
    needs: MEDIAN_BEAT
  },
  {
    id: 'p.dispersion',
    dimension: 'structural',
    name: 'P dispersion',
    definition: 'Longest minus shortest P duration over at least 8 leads of the median beat.',
    formula: 'max(P of lead) - min(P of lead)',
    reference: 'Dilaveris PE et al. 1998, Am Heart J 135:733',
    unit: 'ms',
    scope: 'recording',
    decimals: 0,
    needs: MEDIAN_BEAT
  }
]
