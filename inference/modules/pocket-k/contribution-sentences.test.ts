import { contributionSentences } from './contribution-sentences.ts'
import type { SegmentContribution } from './types.ts'

const changed = (drop: number, part: Partial<SegmentContribution> = {}): SegmentContribution => ({
  segment: 't',
  drop,
  measured: [
    { name: 'amplitude', value: 0.8, unit: 'mV' },
    { name: 'width', value: 96, unit: 'ms' }
  ],
  usual: [
    { name: 'amplitude', value: 0.31, unit: 'mV' },
    { name: 'width', value: 130, unit: 'ms' }
  ],
  ...part
})

test('measured values stand beside those of the reference', () => {
  expect(contributionSentences([changed(1.94)])).toEqual([
    'What has changed and speaks for it: T wave, Lead I, amplitude 0.80 mV (reference 0.31), width 96 ms (reference 130), raises the logit by 1.9.'
  ])
})

test('a P that cannot be seen any more is said to be so, and its interval is called by its name', () => {
  const p: Partial<SegmentContribution> = {
    segment: 'p',
    measured: [{ name: 'interval', value: 210, unit: 'ms' }],
    usual: [
      { name: 'amplitude', value: 0.12, unit: 'mV' },
      { name: 'interval', value: 160, unit: 'ms' }
    ]
  }
  expect(contributionSentences([changed(3, p)])[0]).toContain(
    'P wave, Lead I, PR interval 210 ms (reference 160), amplitude not seen (reference 0.12 mV), raises the logit by 3.0.'
  )
})

test('of four parts at most three are named, and none whose change does no more than another day', () => {
  const parts = [
    changed(4),
    changed(3, { segment: 'qrs' }),
    changed(2, { segment: 'p' }),
    changed(1.5, { segment: 'st' })
  ]
  const [sentence] = contributionSentences(parts) as [string]
  expect(['T wave', 'QRS complex', 'P wave', 'ST segment'].map((name) => sentence.includes(name))).toEqual([
    true,
    true,
    true,
    false
  ])
  expect(contributionSentences([changed(1.4), changed(-5, { segment: 'qrs' })])).toEqual([
    'No single part of the beat that changed since then explains the score.'
  ])
})

test('from a single tracing QRS and P are never named, and nothing is said where nothing was asked', () => {
  const line = (segment: SegmentContribution['segment'], drop: number): SegmentContribution => ({
    segment,
    drop,
    measured: []
  })
  expect(contributionSentences([line('qrs', 9), line('p', 8), line('t', 0.5)])).toEqual([
    'What speaks for it: T wave, Lead I (raises the logit by 0.5).',
    'What QRS and P add cannot be told from a single tracing.'
  ])
  expect(contributionSentences([line('qrs', 9), line('t', 0.05)])).toEqual([
    'Which part of the beat makes the score cannot be told from a single tracing.'
  ])
  expect(contributionSentences([])).toEqual([])
})
