export type { Check, FhirOperation } from './interactions.ts'
export { errorReply, type Reply } from './reply.ts'
export type { FhirRequest } from './request.ts'
export { createFhirHandler, type FhirHandlerOptions } from './router.ts'
