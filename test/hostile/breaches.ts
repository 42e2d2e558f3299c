import ts from 'typescript'
import { isRegExpCall, positionOf, visit } from './regular-expressions.ts'

/** What runs text as a program, or loads one whose name comes from data (hardening A3-27). */
const FORBIDDEN_MODULES = /^(node:)?(vm|child_process|cluster|repl|inspector|module)$/
const EVALUATORS = new Set(['eval', 'Function', 'AsyncFunction', 'GeneratorFunction'])
/** Libraries that unpack archives, read XML or revive typed objects: none is there, so no such path can be open. */
const FORBIDDEN_LIBRARIES =
  /^(adm-zip|jszip|unzipper|yauzl|yazl|node-stream-zip|fflate|tar|tar-fs|tar-stream|decompress|xml2js|fast-xml-parser|libxmljs2?|sax|saxes|@xmldom\/xmldom|xmldom|htmlparser2|node-serialize|serialize-javascript|v8|node:v8|js-yaml|yaml)$/

export interface Breach {
  at: string
  rule: 'evaluates-text' | 'module' | 'library' | 'import-of-data' | 'timer-of-text' | 'expression-of-data'
}

/** Every breach of the rules in one file. */
export function breaches(file: ts.SourceFile): Breach[] {
  const found: Breach[] = []
  visit(file, (node) => {
    const rule = ruleBroken(node)
    if (rule) found.push({ at: positionOf(file, node), rule })
  })
  return found
}

function ruleBroken(node: ts.Node): Breach['rule'] | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    return node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)
      ? moduleRule(node.moduleSpecifier.text)
      : undefined
  }
  if (ts.isPropertyAccessExpression(node) && EVALUATORS.has(node.name.text) && isGlobal(node.expression))
    return 'evaluates-text'
  if (isRegExpCall(node)) {
    const [pattern] = node.arguments ?? []
    return pattern && !ts.isStringLiteralLike(pattern) && !ts.isRegularExpressionLiteral(pattern)
      ? 'expression-of-data'
      : undefined
  }
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return undefined
  const [first] = node.arguments ?? []
  const callee = node.expression
  if (ts.isIdentifier(callee) && EVALUATORS.has(callee.text)) return 'evaluates-text'
  const isImport = callee.kind === ts.SyntaxKind.ImportKeyword
  const isRequire = ts.isIdentifier(callee) && (callee.text === 'require' || callee.text === 'createRequire')
  if (isImport || isRequire) {
    if (!first || !ts.isStringLiteralLike(first)) return 'import-of-data'
    return moduleRule(first.text)
  }
  const isTimer = ts.isIdentifier(callee) && /^set(Timeout|Interval|Immediate)$/.test(callee.text)
  return isTimer && first && ts.isStringLiteralLike(first) ? 'timer-of-text' : undefined
}

function moduleRule(name: string): Breach['rule'] | undefined {
  if (FORBIDDEN_MODULES.test(name)) return 'module'
  return FORBIDDEN_LIBRARIES.test(name) ? 'library' : undefined
}

const isGlobal = (node: ts.Expression): boolean =>
  ts.isIdentifier(node) && ['globalThis', 'global', 'window', 'self'].includes(node.text)
