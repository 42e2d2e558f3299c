import { deflateRawSync } from 'node:zlib'
import { AppError } from '../core/errors/app-error.ts'
import { buildPart10 } from './part10.ts'
import { peekDicom } from './peek.ts'
import { readPart10 } from './read.ts'
import { encodeFile } from './testing/encode.ts'
import { sampleEcg, sampleMr } from './testing/samples.ts'
import { SOP_CLASS, TRANSFER_SYNTAX } from './uids.ts'

describe('peeking at a DICOM file', () => {
  test('names kind, key and UIDs', () => {
    expect(peekDicom(sampleMr(1, 2), { correlation: { callingAeTitle: 'MR1' } })).toEqual({
      kind: SOP_CLASS.mrImage,
      key: 'HOSP|T-100',
      correlation: {
        callingAeTitle: 'MR1',
        sopClassUid: SOP_CLASS.mrImage,
        sopInstanceUid: '2.25.12.2.3',
        transferSyntaxUid: TRANSFER_SYNTAX.explicitLittle
      }
    })
  })

  test('leaves the authority empty without an issuer and has no key without a patient id', () => {
    const file = (id: string): Uint8Array =>
      encodeFile(
        [
          [0x00080016, 'UI', '1.2.3'],
          [0x00080018, 'UI', '1.2.4'],
          [0x00100020, 'LO', id]
        ],
        TRANSFER_SYNTAX.implicitLittle
      )
    expect(peekDicom(file('77'), {}).key).toBe('|77')
    expect(peekDicom(file(''), {}).key).toBeUndefined()
  })

  test('needs only the head of a long recording', () => {
    const long = sampleEcg(20_000)
    expect(long.length).toBeGreaterThan(400_000)
    expect(peekDicom(long, {})).toEqual(peekDicom(long.subarray(0, 64 * 1024 + 1), {}))
  })

  test.each([20_000, 5000])('needs only the head of a deflated recording of %i samples', (length) => {
    const { meta, dataSetBytes } = readPart10(sampleEcg(length))
    const facts = { sopClassUid: meta.requiredText(0x00020002), sopInstanceUid: meta.requiredText(0x00020003) }
    const deflated = (bytes: Uint8Array, level: number): Uint8Array =>
      buildPart10({ ...facts, transferSyntaxUid: TRANSFER_SYNTAX.deflated }, deflateRawSync(bytes, { level }))
    // Level 0 makes a file of many times the head, level 9 one that is small and inflates to many times the head.
    for (const level of [0, 9]) expect(peekDicom(deflated(dataSetBytes, level), {}).key).toBe('HOSP|T-100')
  })

  test('refuses a hostile UID and every cut of the head by code', () => {
    const hostile = encodeFile(
      [
        [0x00080016, 'UI', '1.2.3'],
        [0x00080018, 'UI', '../../etc/passwd']
      ],
      TRANSFER_SYNTAX.explicitLittle
    )
    expect(() => peekDicom(hostile, {})).toThrow(
      expect.objectContaining({ code: 'DICOM_ATTRIBUTE_VALUE', at: '(0008,0018)' })
    )
    const file = sampleEcg(2)
    for (let length = 0; length < file.length; length++) {
      try {
        peekDicom(file.subarray(0, length), {})
      } catch (error) {
        expect(error).toBeInstanceOf(AppError)
      }
    }
  })
})
