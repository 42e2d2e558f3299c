// @ts-nocheck: one breach of each static rule, read as text by static-rules.test.ts and never run.
import { exec } from 'node:child_process'
import { runInNewContext } from 'node:vm'
import AdmZip from 'adm-zip'
import { XMLParser } from 'fast-xml-parser'

// biome-ignore lint/security/noGlobalEval: the breach to be found
export const evaluated = (text: string) => eval(text)
export const made = (text: string) => new Function(text)
// biome-ignore lint/security/noGlobalEval: the breach to be found
export const reached = (text: string) => globalThis.eval(text)
export const loaded = (name: string) => import(name)
export const required = (name: string) => require(name)
export const timed = () => setTimeout('alert(1)', 1)
export const matched = (pattern: string) => new RegExp(pattern)
export const used = [exec, runInNewContext, AdmZip, XMLParser]
