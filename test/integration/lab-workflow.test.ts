import type { RiskAssessment } from '@medplum/fhirtypes'
import { segment } from './support/hospital-world.ts'
import { type blood, dtm, LAB_ORDER_NOTE, type LabWorld, labWorld, notesOf, voicesOf } from './support/lab-workflow.ts'

/** What asks for the potassium screen and what is answered, over real sockets (rules sections 3, 6 and 7; docs/lab-workflow.md). */
let w: LabWorld
beforeAll(async () => {
  w = await labWorld({ feedOptions: { potassiumMassCodes: ['L|KM'] } })
  await w.subscribe('RiskAssessment?method=pocket-k')
}, 180_000)
afterAll(() => w?.stop())

const { ago, ecg, potassium, screen } = voicesOf(() => w)
const toldOf = (id: string) => w.told<RiskAssessment>('RiskAssessment').filter((one) => one.id === id)
const reasonsOf = ({ reasonCode = [] }: RiskAssessment) => reasonCode.map(({ coding }) => coding?.[0]?.code)

describe('an order', () => {
  test.each([
    ['OML', 'ORL^O22'],
    ['ORM', 'ORR^O02']
  ] as const)(
    'as %s is answered by %s at once and by ORU^R01 under its number; the subscriber hears too',
    async (type, answer) => {
      const mrn = `A${type}`
      await w.send(ecg(mrn))
      const reply = await w.send(screen(mrn, { type }))
      expect(segment(reply, 'MSH')(9)).toMatch(answer)
      expect([segment(reply, 'ORC')(1), segment(reply, 'ORC')(2)]).toEqual(['OK', `P${mrn}^WARD`])
      const [oru, ...more] = w.orus(mrn)
      expect(more).toEqual([])
      expect([segment(oru!.text, 'ORC')(1), segment(oru!.text, 'OBR')(2)]).toEqual(['RE', `P${mrn}^WARD`])
      expect(segment(oru!.text, 'OBR')(3)).toBe(segment(reply, 'ORC')(3))
      const risk = (await w.risks(mrn)).find(({ basedOn }) => basedOn)!
      expect(toldOf(risk.id)).toHaveLength(1)
    }
  )

  test('takes the latest ECG of the window: not an older one, and none from before it', async () => {
    await w.send(
      ecg('AL', { no: '1', acquiredAt: ago(90), seed: 8 }),
      ecg('AL', { no: '2', acquiredAt: ago(40), seed: 9 }),
      ecg('AL', { no: '3', acquiredAt: ago(10), band: 'low' }),
      screen('AL')
    )
    expect(w.orus('AL').map(({ text }) => segment(text, 'OBR')(7))).toEqual([dtm(ago(10))])
  })

  test('keeps its ECG when a later one comes, and is told when its potassium turns out to be haemolysed', async () => {
    await w.send(ecg('AK'), screen('AK'))
    await w.send(ecg('AK', { no: '2', acquiredAt: ago(30), seed: 8 }))
    expect(w.orus('AK')).toHaveLength(1)
    await w.send(potassium('AK', { value: '6.8', rejected: 'RH^Hemolysis^HL70490' }))
    const answers = w.orus('AK').filter(({ text }) => segment(text, 'OBR')(2) === 'PAK^WARD')
    expect(answers.map((oru) => notesOf(oru)[0]!.startsWith('Potassium unreliable: haemolysed.'))).toEqual([
      false,
      true
    ])
    expect(new Set(answers.map(({ text }) => segment(text, 'OBR')(3))).size).toBe(1)
  })
})

describe('a potassium that cannot answer by itself', () => {
  const unreliable = 'Potassium unreliable: haemolysed.'
  const missing = 'Potassium missing: the laboratory has no usable value.'
  test.each<[string, string, Partial<Parameters<typeof blood>[0]>, string]>([
    ['HA', 'haemolysed and high', { value: '6.8', rejected: 'RH^Hemolysis^HL70490' }, unreliable],
    ['HB', 'haemolysed and normal', { value: '4.4', rejected: 'RH^Hemolysis^HL70490' }, unreliable],
    ['HC', 'HEMOLYZED in place of the number', { value: 'HEMOLYZED', type: 'ST' }, unreliable],
    ['MA', 'OBX-11 X', { status: 'X' }, missing],
    ['MB', 'empty', {}, missing],
    ['MC', 'TNP', { value: 'TNP' }, missing],
    ['MD', 'QNS', { value: 'QNS', type: 'ST' }, missing],
    ['ME', 'of a rejected specimen', { value: '4.4', rejected: 'RC^Clotting^HL70490' }, missing],
    ['MF', 'cancelled by OBR-25 X alone', { code: null, ordered: 'K^Potassium^L', obr25: 'X' }, missing]
  ])(
    '%s: %s: the latest ECG beside it is screened, the laboratory and the subscriber are told',
    async (mrn, _, changes, words) => {
      await w.send(ecg(mrn, { no: '1', acquiredAt: ago(50), seed: 8 }), ecg(mrn, { no: '2', acquiredAt: ago(5) }))
      expect(w.orus(mrn)).toEqual([])
      const before = w.hook.received.length
      await w.send(potassium(mrn, changes))
      const [oru, ...more] = w.orus(mrn)
      expect(more).toEqual([])
      const of = segment(oru!.text, 'OBR')
      expect([of(2), of(4).split('^')[0], of(7), of(25)]).toEqual(['', 'pocket-k', dtm(ago(5)), 'P'])
      expect(notesOf(oru!)[0]).toContain(words)
      expect(notesOf(oru!)).toContain(LAB_ORDER_NOTE(mrn))
      const risk = (await w.risks(mrn)).find(({ reasonReference }) => reasonReference)!
      expect(reasonsOf(risk)).toEqual([words === missing ? 'potassium-missing' : 'potassium-haemolysed'])
      expect(risk.basis?.flatMap(({ identifier }) => identifier?.value ?? [])).toEqual([`PF${mrn}^WARD`, `F${mrn}^LAB`])
      expect(w.hook.received.length).toBeGreaterThan(before)
      expect(toldOf(risk.id).at(-1)?.reasonReference).toHaveLength(1)
    }
  )

  test('that comes before its ECG waits for it, and one whose value was taken back asks as well', async () => {
    await w.send(potassium('MW', { value: '4.4' }), ecg('MW', { acquiredAt: ago(5) }))
    expect(w.orus('MW')).toEqual([])
    await w.send(potassium('MW', { value: 'TNP', status: 'C' }))
    expect(w.orus('MW').map((oru) => notesOf(oru)[0]!.startsWith(missing))).toEqual([true])
    await w.send(potassium('MX', { value: 'TNP' }))
    expect(w.orus('MX')).toEqual([])
    await w.send(ecg('MX', { acquiredAt: ago(5) }))
    expect(w.orus('MX')).toHaveLength(1)
  })

  test('asks no more when its value comes; nobody is told of that as news, but of a retraction', async () => {
    await w.send(potassium('MY', { value: 'TNP' }), ecg('MY', { acquiredAt: ago(5) }))
    await w.send(potassium('MY', { value: '4.4', status: 'C' }))
    const [risk] = await w.risks('MY')
    expect([risk!.reasonReference, risk!.basis?.length]).toEqual([undefined, 1])
    expect(w.orus('MY')).toHaveLength(1)
    await w.send(ecg('MY', { acquiredAt: ago(5), status: 'X' }))
    expect(w.orus('MY').map(({ text }) => segment(text, 'OBX')(11))).toEqual(['P', 'D'])
  })

  test('that is only registered or preliminary is still to come; entered in error, or of urine, it asks nothing', async () => {
    await w.send(
      ecg('MZ'),
      potassium('MZ', { no: '1', status: 'I' }),
      potassium('MZ', { no: '2', status: 'P' }),
      potassium('MZ', { no: '3', value: '6.9', status: 'D' }),
      potassium('MZ', { no: '4', value: '45', code: '2823-3^K^LN', specimen: 'UR^Urine^HL70487' }),
      potassium('MZ', { no: '5', code: '2823-3^K^LN', specimen: 'UR^Urine^HL70487' })
    )
    expect(w.orus('MZ')).toEqual([])
    expect((await w.risks('MZ')).map(({ reasonReference }) => reasonReference)).toEqual([undefined])
  })

  test('moves to a later ECG of the window: the reason stands with the latest', async () => {
    await w.send(ecg('MV', { no: '1', acquiredAt: ago(25), seed: 8 }), potassium('MV', { value: 'TNP' }))
    await w.send(ecg('MV', { no: '2', acquiredAt: ago(2) }))
    expect(w.orus('MV').map(({ text }) => segment(text, 'OBR')(7))).toEqual([dtm(ago(25)), dtm(ago(2))])
    expect((await w.risks('MV')).filter(({ reasonReference }) => reasonReference)).toHaveLength(1)
    // The latest is taken back: the one before it answers again.
    await w.send(ecg('MV', { no: '2', acquiredAt: ago(2), status: 'X' }))
    const standing = (await w.risks('MV')).filter(({ status }) => status !== 'entered-in-error')
    expect(standing.map(({ reasonReference }) => reasonReference?.length)).toEqual([1])
  })
})

describe('a high potassium', () => {
  test('is said with the band; beside a low band it is discordant, and nothing reassures', async () => {
    for (const [mrn, band] of [
      ['KH', 'very-high'],
      ['KL', 'low']
    ] as const) {
      await w.send(ecg(mrn, { band }), potassium(mrn, { value: '6.6' }))
      const [note = ''] = notesOf(w.orus(mrn)[0]!)
      expect(note).toContain("The laboratory's potassium near this tracing is above 5.5 mmol/L.")
      expect(note.includes('Discordant') && note.includes('pseudo-hyperkalaemia')).toBe(band === 'low')
      expect(note).not.toMatch(/can wait|unlikely/)
      expect(reasonsOf((await w.risks(mrn))[0]!)).toEqual(['potassium-high'])
    }
    expect(notesOf(w.orus('KL')[0]!)[0]).toContain('stands until a repeat sample says otherwise; repeat it at once')
  })
  test('>9.0 is high; 5.5, <9.0 and a preliminary 6.6 are not', async () => {
    await w.send(ecg('KC', { no: '1' }), potassium('KC', { no: '1', value: '>9.0' }))
    expect(w.orus('KC')).toHaveLength(1)
    await w.send(
      ecg('KN'),
      potassium('KN', { no: '1', value: '5.5' }),
      potassium('KN', { no: '2', value: '<9.0' }),
      potassium('KN', { no: '3', value: '6.6', status: 'P' })
    )
    expect(w.orus('KN')).toEqual([])
  })
})

test('a potassium in a wrong unit is a coded unit error: neither trigger nor anything else; meq/L and a mapped mass code are read', async () => {
  const wrong: [string, Partial<Parameters<typeof blood>[0]>, string][] = [
    ['UA', { value: '25.4', units: 'mg/dL' }, 'unit-unmapped'],
    ['UB', { value: '140' }, 'unit-error'],
    ['UC', { value: '6.8', units: '' }, 'unit-unmapped'],
    ['UD', { value: '0.4' }, 'unit-error']
  ]
  for (const [mrn, changes, word] of wrong) {
    await w.send(ecg(mrn), potassium(mrn, changes))
    expect([mrn, w.orus(mrn)]).toEqual([mrn, []])
    const [risk] = await w.risks(mrn)
    expect([mrn, risk!.reasonReference, risk!.basis?.length]).toEqual([mrn, undefined, 1])
    const [observation] = await w.search<{ dataAbsentReason?: { text?: string } }>(
      `Observation?patient.identifier=${mrn}&code=2823-3`
    )
    expect([mrn, observation?.dataAbsentReason?.text]).toEqual([mrn, word])
  }
  // 25.4 / 3.91 = 6.496 mmol/L by the site's map.
  for (const [mrn, changes] of [
    ['UE', { value: '25.4', units: 'mg/dL', code: 'KM^Kalium^L' }],
    ['UF', { value: '6.5', units: 'MEQ/L' }]
  ] as const) {
    await w.send(ecg(mrn), potassium(mrn, changes))
    expect([mrn, reasonsOf((await w.risks(mrn))[0]!)]).toEqual([mrn, ['potassium-high']])
  }
})
