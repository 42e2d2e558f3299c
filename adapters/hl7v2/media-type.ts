/** Media type under which HL7 v2 messages (ER7) travel inside His Bundle. IANA x- tree, as the HL7 over HTTP page has it. */
export const HL7V2_MEDIA_TYPE = 'x-application/hl7-v2+er7'
