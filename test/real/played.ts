/** Under what identity a real record is played: patient, time and UIDs are the test's, the samples are the record's. */
export interface Played {
  patient: string
  acquiredAt: Date
  /** Root of the DICOM UIDs. */
  uid: string
  /** MSH-10 and OBR-3. */
  controlId: string
}
