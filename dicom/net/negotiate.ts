import { ACCEPTED_TRANSFER_SYNTAXES, SOP_CLASS, TRANSFER_SYNTAX } from '../uids.ts'
import { type association, constants } from './library.ts'

type Association = InstanceType<typeof association.Association>

const { PresentationContextResult } = constants
const VERIFICATION_SYNTAXES: readonly string[] = [TRANSFER_SYNTAX.explicitLittle, TRANSFER_SYNTAX.implicitLittle]

/**
 * Answers each proposed presentation context (PS3.8 7.1.1.13): accepted with the syntax that we like best, or refused for its
 * abstract syntax or its transfer syntaxes.
 */
export function negotiate(proposed: Association, sopClasses: readonly string[]): void {
  for (const { context } of proposed.getPresentationContexts()) {
    const abstractSyntax = context.getAbstractSyntaxUid()
    const isVerification = abstractSyntax === SOP_CLASS.verification
    if (!isVerification && !sopClasses.includes(abstractSyntax)) {
      context.setResult(PresentationContextResult.RejectAbstractSyntaxNotSupported)
      continue
    }
    const taken = isVerification ? VERIFICATION_SYNTAXES : ACCEPTED_TRANSFER_SYNTAXES
    const syntax = taken.find((uid) => context.hasTransferSyntaxUid(uid))
    if (syntax) context.setResult(PresentationContextResult.Accept, syntax)
    else context.setResult(PresentationContextResult.RejectTransferSyntaxesNotSupported)
  }
}
