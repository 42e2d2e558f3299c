import {
  LEADS,
  leadByCoding,
  leadByDicomCode,
  leadByFhirCode,
  leadByName,
  leadByNumber,
  leadByScpecg
} from './leads.ts'

describe('the lead table', () => {
  test('is one offset rule in all three systems', () => {
    for (const lead of LEADS) {
      expect(Number(lead.fhir.code)).toBe(131328 + lead.n)
      expect(lead.dicom).toBe(`2:${lead.n}`)
      expect(lead.scpecg).toBe(`5.6.3-9-${lead.n}`)
    }
  })

  // Read from codes.md section 3, where they were read in public sources; aVR is published wrongly as 131389 and 131392.
  test.each([
    ['I', 131329],
    ['V6', 131336],
    ['III', 131389],
    ['aVR', 131390],
    ['aVL', 131391],
    ['aVF', 131392]
  ])('%s is %i', (name, code) => {
    expect(leadByName(name)?.fhir.code).toBe(String(code))
    expect(leadByFhirCode(String(code))?.name).toBe(name)
  })

  test.each(LEADS.map((lead) => [lead.name, lead] as const))('finds %s by every form', (name, lead) => {
    const forms = [
      name.toLowerCase(),
      name.toUpperCase(),
      `Lead ${name}`,
      ` ECG Lead ${name}`,
      lead.aecg,
      lead.fhir.display
    ]
    expect(forms.map(leadByName)).toEqual(forms.map(() => lead))
    expect(leadByNumber(lead.n)).toBe(lead)
    expect(leadByDicomCode(`2: ${lead.n}`)).toBe(lead)
    expect(leadByScpecg(lead.scpecg)).toBe(lead)
    expect(leadByCoding({ system: 'SCPECG', code: lead.scpecg })).toBe(lead)
    expect(leadByCoding({ system: 'MDC', code: lead.dicom })).toBe(lead)
    expect(leadByCoding({ system: 'urn:oid:2.16.840.1.113883.6.24', code: lead.fhir.code })).toBe(lead)
    expect(leadByCoding({ system: '2.16.840.1.113883.6.24', code: lead.aecg })).toBe(lead)
  })

  test.each([
    ['DI', 'I'],
    ['dII', 'II'],
    ['Lead D3', 'III']
  ])('finds %s as %s', (said, name) => {
    expect(leadByName(said)?.name).toBe(name)
  })

  test('knows nothing else: a channel with an unknown code is refused, not guessed', () => {
    expect(['V7', 'V3R', 'X', '', 'II-rhythm', 'Lead', 'I II', 'C3', 'D4', 'D'].map(leadByName)).toEqual(
      new Array(10).fill(undefined)
    )
    expect(['2:257', '2:0', '131329'].map(leadByDicomCode)).toEqual([undefined, undefined, undefined])
    // 131072 + n is the DICOM series; as a FHIR code it would be another term.
    expect(leadByFhirCode('131073')).toBeUndefined()
    expect(leadByFhirCode('131328')).toBeUndefined()
    expect(leadByCoding({ system: 'http://loinc.org', code: '131329' })).toBeUndefined()
  })
})
