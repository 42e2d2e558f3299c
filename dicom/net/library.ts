import dimse from 'dcmjs-dimse'
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from '../uids.ts'
import { MAX_PDU_BYTES } from './pdu-gate.ts'

// The library logs whole messages to the console: never (guarantee 7).
dimse.log.disableAll()
dimse.Implementation.setImplementationClassUid(IMPLEMENTATION_CLASS_UID)
dimse.Implementation.setImplementationVersion(IMPLEMENTATION_VERSION_NAME)
dimse.Implementation.setMaxPduLength(MAX_PDU_BYTES)

/** dcmjs-dimse 0.3.3, silenced and under our implementation names. */
export const { Scp, association, requests, responses, constants } = dimse
