import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** What runs in the server, or reads what came from outside. */
const FOLDERS = ['core', 'adapters', 'dicom', 'fhir-profiles', 'inference', 'server', 'bin']

export interface FoundExpression {
  /** 'server/fhir/request.ts:38' */
  at: string
  source: string
  flags: string
}

/** Paths of the product's own sources, from the root; tests and their support left out. */
export function productSources(root = ROOT): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && /\.(ts|mjs|cjs|js)$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)))
      .filter((path) => !/\.(test|vulnerable|fixture)\.ts$|\.d\.ts$|\/fixtures\/|\/testing\//.test(path))
  ).sort()
}

export const parse = (path: string, text = readFileSync(join(ROOT, path), 'utf8')): ts.SourceFile =>
  ts.createSourceFile(
    path,
    text,
    ts.ScriptTarget.Latest,
    true,
    path.endsWith('.ts') ? ts.ScriptKind.TS : ts.ScriptKind.JS
  )

export function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node)
  ts.forEachChild(node, (child) => visit(child, see))
}

export const positionOf = (file: ts.SourceFile, node: ts.Node): string =>
  `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`

/** Literals, and the constructor called with a literal. One built at run time is not seen; the static rules list those. */
export function regularExpressions(file: ts.SourceFile): FoundExpression[] {
  const found: FoundExpression[] = []
  visit(file, (node) => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/')
      found.push({ at: positionOf(file, node), source: node.text.slice(1, end), flags: node.text.slice(end + 1) })
    }
    const [pattern, flags] = isRegExpCall(node) ? (node.arguments ?? []) : []
    if (pattern && ts.isStringLiteralLike(pattern)) {
      found.push({
        at: positionOf(file, node),
        source: pattern.text,
        flags: flags && ts.isStringLiteralLike(flags) ? flags.text : ''
      })
    }
  })
  return found
}

export const isRegExpCall = (node: ts.Node): node is ts.NewExpression | ts.CallExpression =>
  (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
  ts.isIdentifier(node.expression) &&
  node.expression.text === 'RegExp'
