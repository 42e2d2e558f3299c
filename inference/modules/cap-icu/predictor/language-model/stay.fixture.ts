import type { RetrievedCase } from '../../types.ts'
import type { StayView } from '../predictor.ts'

/** A stay with the values that matter, of nobody. */
export const stayOf = (input: Partial<StayView['input']> = {}, features: StayView['features'] = {}): StayView => ({
  input: { moment: '24h', windowHours: 24, age: 71.4, sex: 'female', unitKind: 'medical', ...input },
  features: {
    age: 71.4,
    'gcs.min': 9,
    'lactate.max': 4.1,
    'creatinine.max': 2.14159,
    'mean-arterial-pressure.mean': 61.5,
    'heart-rate.sd': 12,
    ...features
  }
})

/** A stay of the bank that was rated low and died, or the other way round. */
export const caseOf = (died: 0 | 1, predicted: number): RetrievedCase => ({
  case: {
    id: 'b0001',
    age: 70,
    sex: 'female',
    died,
    predicted,
    error: died ? 1.5 : -1.5,
    bias: 'misprediction',
    values: { gcs: 9, lactate: 4 }
  },
  demographic: 3.5,
  similarity: 0.91
})
