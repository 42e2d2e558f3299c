/**
 * Every coded error of His Bundle, in one frozen table. The same row fills an HL7 ERR segment, a FHIR
 * OperationOutcome, an HTTP status, a DIMSE status and the decision whether to try again.
 *
 * retry: 'never' (the same bytes will always fail), 'later' (a passing condition), 'after-change' (a person must
 * change configuration, code map or data first; parked items with this mark are worth a replay then).
 * hl7: HL7 table 0357 code. ack: AR (rejected: type, event, processing id, version) or AE (error).
 * docs/errors.md lists the same rows; test/errors.test.ts holds both true in both directions.
 */
export interface ErrorRow {
  summary: string
  retry: 'never' | 'later' | 'after-change'
  hl7: '100' | '101' | '102' | '103' | '200' | '201' | '202' | '203' | '204' | '205' | '206' | '207'
  ack: 'AE' | 'AR'
  fhir:
    | 'structure'
    | 'required'
    | 'value'
    | 'invariant'
    | 'not-supported'
    | 'not-found'
    | 'conflict'
    | 'duplicate'
    | 'code-invalid'
    | 'too-long'
    | 'processing'
    | 'timeout'
    | 'throttled'
    | 'transient'
    | 'security'
    | 'forbidden'
    | 'exception'
    | 'incomplete'
    | 'business-rule'
  http: number
  dimse: number
  ref: string
}

const row = (
  summary: string,
  retry: ErrorRow['retry'],
  hl7: ErrorRow['hl7'],
  fhir: ErrorRow['fhir'],
  http: number,
  dimse: number,
  ref: string
): ErrorRow => ({
  summary,
  retry,
  hl7,
  ack: hl7 >= '200' && hl7 <= '203' ? 'AR' : 'AE',
  fhir,
  http,
  dimse,
  ref
})

export const ERRORS = Object.freeze({
  // HL7 v2 structure and transport
  HL7_NOT_A_MESSAGE: row(
    'The bytes do not begin with an MSH segment',
    'never',
    '100',
    'structure',
    400,
    0xc000,
    'HL7 2.5.1 2.14.9'
  ),
  HL7_NO_CONTROL_ID: row('MSH-10 is empty', 'never', '101', 'required', 400, 0xc000, 'HL7 2.5.1 2.14.9.10'),
  HL7_SEGMENT_MISSING: row(
    'A required segment is missing or out of order',
    'never',
    '100',
    'required',
    400,
    0xc000,
    'HL7 2.5.1 2.13'
  ),
  HL7_FIELD_MISSING: row('A required field is empty', 'never', '101', 'required', 400, 0xc000, 'HL7 2.5.1 2.13'),
  HL7_DATA_TYPE: row(
    'A field does not have the form of its data type',
    'never',
    '102',
    'value',
    400,
    0xc000,
    'HL7 2.5.1 2A'
  ),
  HL7_TABLE_VALUE: row(
    'A coded field holds a value outside its table',
    'after-change',
    '103',
    'code-invalid',
    422,
    0xc000,
    'HL7 2.5.1 2C'
  ),
  HL7_UNSUPPORTED_TYPE: row(
    'No enabled format reads this message type',
    'after-change',
    '200',
    'not-supported',
    415,
    0xc000,
    'HL7 table 0357'
  ),
  HL7_UNSUPPORTED_EVENT: row(
    'No enabled format reads this trigger event',
    'after-change',
    '201',
    'not-supported',
    415,
    0xc000,
    'HL7 table 0357'
  ),
  HL7_UNSUPPORTED_PROCESSING_ID: row(
    'MSH-11 is not one that this feed takes',
    'after-change',
    '202',
    'not-supported',
    422,
    0xc000,
    'HL7 table 0103'
  ),
  HL7_UNSUPPORTED_VERSION: row(
    'MSH-12 is not a version 2 release that is read',
    'after-change',
    '203',
    'not-supported',
    415,
    0xc000,
    'HL7 table 0104'
  ),
  HL7_CHARSET_UNKNOWN: row(
    'MSH-18 names a character set that is not read',
    'after-change',
    '103',
    'not-supported',
    415,
    0xc000,
    'HL7 table 0211'
  ),
  MLLP_FRAME_TOO_LARGE: row(
    'A frame passed the size limit before it ended',
    'after-change',
    '207',
    'too-long',
    413,
    0xa700,
    'HL7 MLLP release 1'
  ),
  MLLP_FRAME_BROKEN: row(
    'Bytes outside a frame, or a frame that never ended',
    'never',
    '207',
    'structure',
    400,
    0xc000,
    'HL7 MLLP release 1'
  ),
  // Intake
  MESSAGE_TOO_LARGE: row(
    'The message passes the configured size limit',
    'after-change',
    '207',
    'too-long',
    413,
    0xa700,
    'design 4'
  ),
  NO_FORMAT: row(
    'No enabled format accepts this kind of message',
    'after-change',
    '200',
    'not-supported',
    415,
    0xa900,
    'design 4'
  ),
  AMBIGUOUS_FORMAT: row(
    'Two enabled formats accept this kind of message',
    'after-change',
    '207',
    'not-supported',
    409,
    0xa900,
    'design 4'
  ),
  FEED_UNKNOWN: row('No feed of that name is configured', 'after-change', '207', 'not-found', 404, 0xa900, 'design 7'),
  BACK_PRESSURE: row('Too much is waiting; try again', 'later', '207', 'throttled', 429, 0xa700, 'design 4'),
  SHUTTING_DOWN: row('The server is stopping', 'later', '207', 'transient', 503, 0xa700, 'design 6'),
  DECODE_FAILED: row('The content could not be decoded', 'after-change', '207', 'structure', 422, 0xc000, 'design 4'),
  DECODE_TIMEOUT: row('Decoding passed its time limit', 'after-change', '207', 'timeout', 422, 0xc000, 'design 4'),
  DECODE_MEMORY: row(
    'Decoding passed its memory limit or its worker died',
    'after-change',
    '207',
    'too-long',
    422,
    0xc000,
    'design 4'
  ),
  CONTENT_CHANGED: row(
    'A DICOM instance UID was seen before with other bytes',
    'after-change',
    '205',
    'conflict',
    409,
    0xa900,
    'rules 5'
  ),
  // Live streams
  STREAM_PROTOCOL: row(
    'A message or frame is not one that the protocol has in this state',
    'never',
    '207',
    'structure',
    400,
    0xc000,
    'docs/handheld.md'
  ),
  STREAM_WINDOW: row(
    'More was sent than the window allows',
    'never',
    '207',
    'throttled',
    429,
    0xa700,
    'docs/handheld.md'
  ),
  STREAM_TIMEOUT: row('The peer was silent for too long', 'later', '207', 'timeout', 408, 0xa700, 'docs/handheld.md'),
  STREAM_REPLACED: row(
    'The session goes on over a newer connection',
    'never',
    '207',
    'conflict',
    409,
    0xa700,
    'docs/handheld.md'
  ),
  // DICOM
  DICOM_NOT_PART10: row(
    'The bytes are not a DICOM file or data set',
    'never',
    '207',
    'structure',
    400,
    0xc000,
    'DICOM PS3.10 7.1'
  ),
  DICOM_TRUNCATED: row(
    'The data set ends inside an element',
    'never',
    '207',
    'structure',
    400,
    0xc000,
    'DICOM PS3.5 7.1'
  ),
  DICOM_ATTRIBUTE_MISSING: row(
    'A required attribute is absent or empty',
    'never',
    '101',
    'required',
    422,
    0xa900,
    'DICOM PS3.3'
  ),
  DICOM_ATTRIBUTE_VALUE: row(
    'An attribute holds a value outside what its definition allows',
    'never',
    '102',
    'value',
    422,
    0xa900,
    'DICOM PS3.3'
  ),
  DICOM_TRANSFER_SYNTAX: row(
    'The transfer syntax is not read',
    'after-change',
    '207',
    'not-supported',
    415,
    0xa900,
    'DICOM PS3.5 8'
  ),
  DICOM_SOP_CLASS: row(
    'The SOP class is not read',
    'after-change',
    '207',
    'not-supported',
    415,
    0x0122,
    'DICOM PS3.4 B.5'
  ),
  DICOM_LIMIT: row(
    'A size, depth or count limit was passed',
    'after-change',
    '207',
    'too-long',
    413,
    0xa700,
    'hardening A3'
  ),
  // Signals
  LEAD_UNKNOWN: row(
    'A channel names no lead of the table',
    'after-change',
    '103',
    'code-invalid',
    422,
    0xa900,
    'codes 3'
  ),
  UNIT_UNKNOWN: row(
    'A unit is absent or not in the table',
    'after-change',
    '103',
    'code-invalid',
    422,
    0xa900,
    'codes 1'
  ),
  WAVEFORM_INCONSISTENT: row(
    'Sample counts, rate and duration contradict each other',
    'never',
    '102',
    'value',
    422,
    0xa900,
    'codes 8'
  ),
  TIME_UNUSABLE: row(
    'A time is missing or cannot be placed on the time line',
    'after-change',
    '102',
    'value',
    422,
    0xa900,
    'rules 3'
  ),
  // Patients and orders
  AUTHORITY_UNKNOWN: row(
    'A patient identifier has no assigning authority and the feed has no default',
    'after-change',
    '204',
    'business-rule',
    422,
    0xa900,
    'rules 2'
  ),
  PATIENT_MISMATCH: row(
    'The identifier belongs to a patient with another birth date, sex or family name',
    'after-change',
    '204',
    'business-rule',
    409,
    0xa900,
    'rules 2'
  ),
  PATIENT_MERGE_CYCLE: row(
    'The merge would make a cycle',
    'after-change',
    '204',
    'business-rule',
    409,
    0xa900,
    'rules 2'
  ),
  IDENTITY_CONFLICT: row(
    'A business identifier is in use for another patient',
    'after-change',
    '205',
    'conflict',
    409,
    0xa900,
    'design 3'
  ),
  // FHIR store
  FHIR_INVALID: row(
    'The resource does not satisfy its definition or a claimed profile',
    'never',
    '102',
    'invariant',
    422,
    0xa900,
    'FHIR R4 validation'
  ),
  FHIR_NOT_FOUND: row('No such resource', 'never', '204', 'not-found', 404, 0xa900, 'FHIR R4 http'),
  FHIR_REFERENCE_MISSING: row(
    'A relative reference names a resource that is not here',
    'after-change',
    '204',
    'not-found',
    422,
    0xa900,
    'FHIR R4 references'
  ),
  FHIR_SEARCH_UNSUPPORTED: row(
    'The search uses a parameter, modifier or prefix that is not supported',
    'never',
    '207',
    'not-supported',
    400,
    0xa900,
    'FHIR R4 search'
  ),
  FHIR_VERSION_CONFLICT: row('The resource changed meanwhile', 'later', '206', 'conflict', 412, 0xa900, 'FHIR R4 http'),
  STORE_UNAVAILABLE: row(
    'The store did not answer or refused the write',
    'later',
    '207',
    'transient',
    503,
    0xa700,
    'design 4'
  ),
  BUS_UNAVAILABLE: row('The bus did not take the append', 'later', '207', 'transient', 503, 0xa700, 'design 4'),
  LOG_TORN: row(
    'An acknowledged message is no longer in the log: the disk did not keep what it had confirmed; the sender has to send it again',
    'never',
    '207',
    'processing',
    500,
    0x0110,
    'hardening T53'
  ),
  STORE_TORN: row(
    'The store lost what it had committed: the disk did not keep what it had confirmed; what the log still holds was replayed',
    'never',
    '207',
    'processing',
    500,
    0x0110,
    'hardening T53'
  ),
  BLOB_MISSING: row(
    'A blob named by its sha256 is not there or is damaged',
    'after-change',
    '207',
    'not-found',
    500,
    0xa700,
    'design 4'
  ),
  BACKUP_INVALID: row(
    'The backup is not whole, not readable by this program, or damaged',
    'after-change',
    '207',
    'exception',
    500,
    0xa700,
    'docs/operations.md'
  ),
  BACKUP_TARGET: row(
    'The folder to write to holds something already',
    'after-change',
    '207',
    'conflict',
    409,
    0xa700,
    'docs/operations.md'
  ),
  // Inference
  MODEL_UNAVAILABLE: row(
    'No usable model for the role',
    'after-change',
    '207',
    'not-supported',
    503,
    0xa700,
    'design 9'
  ),
  MODEL_CHANGED: row(
    'The model file is not the one that its model.json names',
    'after-change',
    '207',
    'security',
    503,
    0xa700,
    'specs F'
  ),
  INFERENCE_BUSY: row('The inference queue is full', 'later', '207', 'throttled', 429, 0xa700, 'hardening T43'),
  INFERENCE_FAILED: row(
    'The inference worker failed or died',
    'later',
    '207',
    'exception',
    500,
    0xa700,
    'hardening A4'
  ),
  // Delivery
  DESTINATION_UNREACHABLE: row(
    'The peer could not be reached or did not answer in time',
    'later',
    '207',
    'transient',
    504,
    0xa700,
    'design 4'
  ),
  DESTINATION_REFUSED: row(
    'The peer refused this item for good',
    'after-change',
    '207',
    'processing',
    502,
    0xa900,
    'design 4'
  ),
  SUBSCRIPTION_NEVER_FIRES: row(
    'The subscription could never fire',
    'never',
    '207',
    'business-rule',
    422,
    0xa900,
    'hardening A1-2'
  ),
  // Access and configuration
  NOT_AUTHENTICATED: row('No valid credentials', 'after-change', '207', 'security', 401, 0x0124, 'RFC 6750 3.1'),
  NOT_PERMITTED: row('The caller may not do this', 'after-change', '207', 'forbidden', 403, 0x0124, 'rules 9'),
  CONFIG_INVALID: row('The configuration is not valid', 'after-change', '207', 'exception', 500, 0xa700, 'design 7'),
  BAD_REQUEST: row('The request is not valid', 'never', '102', 'value', 400, 0xc000, 'FHIR R4 http'),
  INTERNAL: row('A defect of ours', 'later', '207', 'exception', 500, 0xa700, 'core/errors')
} satisfies Record<string, ErrorRow>)

export type ErrorCode = keyof typeof ERRORS
